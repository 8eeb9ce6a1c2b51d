/** An answer of a JSON API, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: any;
}

interface Response {
  readonly status: number;
  readonly headers: Iterable<[string, string]>;
  text(): Promise<string>;
}

export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  return {
    status: response.status,
    headers: new Headers([...response.headers]),
    body: text === "" ? undefined : JSON.parse(text),
  };
}
