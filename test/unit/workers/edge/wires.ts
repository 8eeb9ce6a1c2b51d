/** A relay's socket as its reader has it, played by the test. */
export class Wire extends EventTarget {
  readonly sent: string[] = [];
  isAccepted = false;
  isClosed = false;

  accept(): void {
    this.isAccepted = true;
  }

  send(text: string): void {
    if (!this.isAccepted || this.isClosed) throw new TypeError("The socket is not open.");
    this.sent.push(text);
  }

  /** By the reader. A peer that is gone does not answer, so that no event comes of it. */
  close(): void {
    if (!this.isAccepted) throw new TypeError("The socket is not accepted.");
    this.isClosed = true;
  }

  says(frame: object | string): void {
    const data = typeof frame === "string" ? frame : JSON.stringify(frame);
    this.dispatchEvent(Object.assign(new Event("message"), { data }));
  }

  /** By the relay, or by the network between. */
  breaks(code = 1006): void {
    this.isClosed = true;
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
}
