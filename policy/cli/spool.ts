import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

/** Maximum records in memory: a few megabytes, and more than most runs have. */
const IN_MEMORY = 10_000;

/** Bytes in one read. */
const CHUNK = 256 * 1024;

/**
 * Buffers records in order until they are read: the most recent in memory, the others in files that no other user can
 * read. So the memory of a run does not grow with its findings.
 */
export class Spool<T> {
    private readonly recent: T[][];
    private readonly files: (number | undefined)[];
    private count = 0;

    /**
     * @param ranks Number of ranks: records are read by rank, and within a rank in the order in which they were added.
     * @param parse Parses a record from its JSON.
     * @param inMemory Maximum records in memory.
     */
    constructor(
        ranks: number,
        private readonly parse: (json: string) => T,
        private readonly inMemory = IN_MEMORY,
    ) {
        this.recent = Array.from({ length: ranks }, () => []);
        this.files = Array.from({ length: ranks }, () => undefined);
    }

    /** Adds a record. */
    add(rank: number, record: T): void {
        this.recent[rank]?.push(record);
        this.count += 1;
        if (this.count >= this.inMemory) {
            this.spill();
        }
    }

    /** All records, by rank. Can be read several times, but not concurrently. */
    *[Symbol.iterator](): Generator<T> {
        for (const [rank, recent] of this.recent.entries()) {
            const file = this.files[rank];
            if (file !== undefined) {
                for (const line of linesOf(file)) {
                    yield this.parse(line);
                }
            }
            yield* recent;
        }
    }

    /** Closes the files. Nothing can be read afterwards. */
    close(): void {
        for (const file of this.files.filter((open) => open !== undefined)) {
            closeSync(file);
        }
        this.files.fill(undefined);
    }

    private spill(): void {
        for (const [rank, recent] of this.recent.entries()) {
            if (recent.length > 0) {
                const file = this.files[rank] ?? openUnnamed();
                this.files[rank] = file;
                writeAll(file, Buffer.from(recent.map((record) => `${JSON.stringify(record)}\n`).join("")));
                recent.length = 0;
            }
        }
        this.count = 0;
    }
}

/** Opens a new file and unlinks it, so that nothing remains however the run ends. */
function openUnnamed(): number {
    const folder = mkdtempSync(path.join(tmpdir(), "policy-check-"));
    try {
        return openSync(path.join(folder, "records"), "a+", 0o600);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

function writeAll(file: number, bytes: Buffer): void {
    for (let written = 0; written < bytes.length;) {
        written += writeSync(file, bytes, written);
    }
}

/** The lines of a file from its start, without line endings. */
function* linesOf(file: number): Generator<string> {
    const chunk = Buffer.alloc(CHUNK);
    let rest = Buffer.alloc(0);
    for (let position = 0; ;) {
        const length = readSync(file, chunk, 0, CHUNK, position);
        if (length === 0) {
            return;
        }
        position += length;
        rest = Buffer.concat([rest, chunk.subarray(0, length)]);
        let start = 0;
        for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n", start)) {
            yield rest.toString("utf8", start, end);
            start = end + 1;
        }
        rest = rest.subarray(start);
    }
}
