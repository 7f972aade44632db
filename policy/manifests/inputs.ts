import { closeSync, fstatSync, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";

/** Largest file, in bytes: beyond that it is no manifest but a mistake. */
export const MAX_BYTES = 64 * 1024 * 1024;

/** Files that folders are searched for. */
const MANIFEST = /\.(?:ya?ml|json)$/i;

/** Why an input can't be used. The message does not name the input. */
export class InputError extends Error {}

/** An input that can't be used. */
export interface Failure {
    /** Path of the file or folder as it was given or found; `-` for standard input. */
    readonly file: string;
    /** Why not, as a sentence. */
    readonly message: string;
}

/** The files that inputs stand for. Folders are searched through, in the order of names. */
export function findFiles(inputs: readonly string[]): { readonly files: string[]; readonly failures: Failure[] } {
    const files = new Set<string>();
    const failures: Failure[] = [];
    for (const input of inputs) {
        if (input === "-") {
            files.add(input);
            continue;
        }
        try {
            if (!statSync(input).isDirectory()) {
                files.add(input);
                continue;
            }
            const found = search(input);
            if (found.length === 0) {
                throw new InputError("The folder holds no .yaml, .yml or .json file.");
            }
            for (const file of found) {
                files.add(file);
            }
        } catch (error) {
            failures.push({ file: input, message: reasonOf(error) });
        }
    }
    return { files: [...files], failures };
}

function search(folder: string): string[] {
    // Links to folders are not followed: they may lead in a circle.
    const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    return entries.flatMap((entry) => {
        const full = path.join(folder, entry.name);
        if (entry.isDirectory()) {
            return entry.name === "node_modules" || entry.name === ".git" ? [] : search(full);
        }
        return MANIFEST.test(entry.name) && mayBeRead(full) ? [full] : [];
    });
}

/** Whether a name leads to a file: a pipe or device would keep its reader waiting. One that leads nowhere is reported later. */
function mayBeRead(file: string): boolean {
    return statSync(file, { throwIfNoEntry: false })?.isFile() ?? true;
}

/**
 * The text of a file.
 * @throws {InputError} when it can't be read, is too large or is no UTF-8.
 */
export function readText(file: string): string {
    const bytes = file === "-" ? readFileSync(0) : readBounded(file);
    if (bytes.length > MAX_BYTES) {
        throw tooLarge();
    }
    try {
        return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
        throw new InputError("The file is no valid UTF-8.");
    }
}

function readBounded(file: string): Buffer {
    const descriptor = openSync(file, "r");
    try {
        if (fstatSync(descriptor).size > MAX_BYTES) {
            throw tooLarge();
        }
        return readFileSync(descriptor);
    } finally {
        closeSync(descriptor);
    }
}

function tooLarge(): InputError {
    return new InputError(`The file is larger than ${MAX_BYTES / 1024 / 1024} MiB.`);
}

/** Why something failed, for people. */
export function reasonOf(error: unknown): string {
    if (error instanceof InputError) {
        return error.message;
    }
    const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
    if (code === "ENOENT") {
        return "There is no such file or folder.";
    }
    if (code === "EACCES") {
        return "It may not be read.";
    }
    return `It can't be read${typeof code === "string" ? ` (${code})` : ""}.`;
}
