import { canonicalJson } from "../json.ts";
import type { VerifySignature } from "../signing/signature.ts";
import { chainReader, type ChainReader } from "./chain-reader.ts";
import { isSignedBy, type SignedCheckpoint } from "./checkpoint.ts";
import type { AuditHead } from "./entry.ts";
import { formatOf, isClosing, isOpening, readRecord, type ExportFormat } from "./export-lines.ts";
import {
  placeOf,
  startFault,
  statementText,
  TRUNCATED_END,
  TRUNCATED_START,
  uncoveredHash,
  type EnvironmentRecord,
  type ExportHeader,
  type ExportRecord,
  type ExportStatement,
  type OrganisationRecord,
} from "./export-record.ts";
import { KnownCheckpoints, type CheckpointTally } from "./known-checkpoints.ts";
import { readExportRecord } from "./read-export.ts";

/** The first thing that is wrong with an exported chain. */
export interface ExportFault {
  /** Line of the file, from 1. */
  readonly line: number;
  /** Place in the chain, from 1; `null`: it is not about an entry. */
  readonly position: number | null;
  readonly what: string;
}

export interface ExportReport {
  readonly fault: ExportFault | null;
  /** Entries that were found good. */
  readonly entries: number;
  /** Entries whose details are not there to be checked against their hashes. */
  readonly withheld: number;
  readonly header: ExportHeader | null;
  /** The last entry that was found good. */
  readonly head: AuditHead | null;
  readonly checkpoints: CheckpointTally;
}

/**
 * Checks an exported chain, a line at a time, with nothing but the public key of the organisation's
 * checkpoints: that no entry was changed, removed, added, moved or cut off since the export. It says
 * nothing about what was never recorded.
 */
export class ExportVerifier {
  readonly #given: readonly SignedCheckpoint[];
  #known: KnownCheckpoints | null = null;
  #format: ExportFormat = "ndjson";
  #line = 0;
  #header: ExportHeader | null = null;
  #chain: ChainReader | null = null;
  #statement: ExportStatement | null = null;
  #closed = false;
  #entries = 0;
  #fault: ExportFault | null = null;
  readonly #uncovered: Record<string, string> = {};

  /** @param checkpoints Signed earlier: the chain must still hold what those of it say. */
  constructor(checkpoints: readonly SignedCheckpoint[] = []) {
    this.#given = checkpoints;
  }

  /** Another one at the same place, for one of several ways in which a file may go on. */
  copy(): ExportVerifier {
    const copy = new ExportVerifier(this.#given);
    copy.#known = this.#known;
    copy.#format = this.#format;
    copy.#line = this.#line;
    copy.#header = this.#header;
    copy.#chain = this.#chain?.copy() ?? null;
    copy.#statement = this.#statement;
    copy.#closed = this.#closed;
    copy.#entries = this.#entries;
    copy.#fault = this.#fault;
    Object.assign(copy.#uncovered, this.#uncovered);
    return copy;
  }

  /** Takes the file's next line, without its end. False: the rest need not be read. */
  add(line: string): boolean {
    this.#line += 1;
    if (this.#line === 1) {
      this.#format = formatOf(line);
      if (isOpening(this.#format, line)) return true;
    }
    if (this.#statement !== null && !this.#closed && isClosing(this.#format, line)) {
      this.#closed = true;
      return true;
    }
    const record = readExportRecord(readRecord(this.#format, line));
    const what = record === undefined ? "it is not a line of an export" : this.#take(record);
    if (what !== null) this.#fail(what, this.#statement === null ? this.#next() : null);
    return this.#fault === null;
  }

  /** The finding, after the last line. */
  async finish(publicKey: string, verify: VerifySignature): Promise<ExportReport> {
    if (this.#fault === null) await this.#checkEnd(publicKey, verify);
    return {
      fault: this.#fault,
      entries: this.#entries,
      withheld: Object.keys(this.#uncovered).length,
      header: this.#header,
      head: this.#chain?.head ?? null,
      checkpoints: this.#tally(),
    };
  }

  #tally(): CheckpointTally {
    const [after, last] = [this.#header?.after.sequence ?? 0, this.#chain?.head.sequence ?? 0];
    const none = { compared: 0, beforeStart: 0, ofOtherChains: 0 };
    return this.#known?.tally(after, last) ?? none;
  }

  #next(): number | null {
    return this.#chain === null ? null : this.#chain.head.sequence + 1;
  }

  #fail(what: string, position: number | null): void {
    this.#fault ??= { line: this.#line, position, what };
  }

  #take(record: ExportRecord): string | null {
    if (this.#statement !== null) return "it stands after the statement, which is the last record";
    if (record.type === "header") return this.#begin(record);
    if (this.#chain === null) return "the header must come first";
    if (record.type === "statement") {
      this.#statement = record;
      return null;
    }
    const what = this.#chain.add(record);
    if (what !== null) return this.#isLate(record) ? `${TRUNCATED_START}: ${what}` : what;
    this.#entries += 1;
    const { sequence, hash } = this.#chain.head;
    const uncovered = uncoveredHash(record);
    if (uncovered !== null) this.#uncovered[String(sequence)] = uncovered;
    if (this.#known?.contradict({ sequence, hash }) !== true) return null;
    this.#entries -= 1;
    this.#fail(
      "its hash is not the one in the checkpoint: it or one before it was rewritten",
      sequence,
    );
    return null;
  }

  /** True for the first entry when there must be others before it. */
  #isLate(record: OrganisationRecord | EnvironmentRecord): boolean {
    return this.#entries === 0 && placeOf(record) > (this.#next() ?? 0);
  }

  #begin(header: ExportHeader): string | null {
    if (this.#header !== null) return "a second header";
    this.#header = header;
    this.#chain = chainReader(header);
    this.#known = new KnownCheckpoints(this.#given, header.chain);
    const what = startFault(header);
    if (what !== null || !this.#known.contradict(header.after)) return what;
    return "the chain does not go on from the checkpoint at its beginning";
  }

  async #checkEnd(publicKey: string, verify: VerifySignature): Promise<void> {
    const [header, chain, statement] = [this.#header, this.#chain, this.#statement];
    if (header === null || chain === null) return this.#fail("the file has no header", null);
    await this.#checkCheckpoints(header, chain, publicKey, verify);
    if (statement === null) {
      const what = `${TRUNCATED_END}: the statement that ends it is missing`;
      return this.#fail(what, chain.head.sequence + 1);
    }
    if (this.#format === "json" && !this.#closed) {
      return this.#fail(`${TRUNCATED_END}: its last line is missing`, null);
    }
    const { signature } = statement;
    if (!(await verify({ publicKey, text: statementText(statement), signature }))) {
      return this.#fail("the statement is not signed by the key", null);
    }
    if (canonicalJson(statement.header) !== canonicalJson(header)) {
      return this.#fail("the header is not the one that was signed", null);
    }
    this.#checkHead(chain, statement);
    this.#checkUncovered(statement);
  }

  async #checkCheckpoints(
    { start }: ExportHeader,
    { head: { sequence: last } }: ChainReader,
    publicKey: string,
    verify: VerifySignature,
  ): Promise<void> {
    if (start !== undefined && !(await isSignedBy(start, publicKey, verify))) {
      this.#fail("the checkpoint at its beginning is not signed by the key", null);
    }
    const what = (await this.#known?.fault(publicKey, verify)) ?? null;
    if (what !== null) this.#fail(what, null);
    const beyond = this.#known?.beyond(last);
    if (beyond === undefined) return;
    const missing = `${TRUNCATED_END}: entry ${last + 1} is missing, and a checkpoint is of ${beyond}`;
    this.#fail(missing, last + 1);
  }

  #checkHead({ head }: ChainReader, { head: signed }: ExportStatement): void {
    if (head.sequence < signed.sequence) {
      this.#fail(
        `${TRUNCATED_END}: the signed export goes on to entry ${signed.sequence}`,
        head.sequence + 1,
      );
    } else if (head.sequence > signed.sequence) {
      this.#fail("it lies beyond the last entry of the signed export", signed.sequence + 1);
    } else if (head.hash !== signed.hash) {
      this.#fail(
        "the last entry's hash is not the signed one: it or one before it was rewritten",
        head.sequence,
      );
    }
  }

  #checkUncovered({ uncovered }: ExportStatement): void {
    const positions = new Set([...Object.keys(uncovered), ...Object.keys(this.#uncovered)]);
    for (const position of [...positions].toSorted((a, b) => Number(a) - Number(b))) {
      if (uncovered[position] === this.#uncovered[position]) continue;
      this.#fail("what stands in place of its detail is not what was exported", Number(position));
    }
  }
}
