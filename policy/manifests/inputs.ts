import { type Dirent, closeSync, fstatSync, openSync, readFileSync, readdirSync, statSync } from "node:fs";
import * as path from "node:path";
import { globMatches } from "../engine/glob";

/** Maximum file size in bytes: a larger file is not a manifest. */
export const MAX_BYTES = 64 * 1024 * 1024;

/** Files that are read in folders. */
const MANIFEST = /\.(?:ya?ml|json)$/i;

/** An error of an input. The message does not name the input. */
export class InputError extends Error {}

/** An input that cannot be used. */
export interface Failure {
    /** Path of the file or folder, as given or found; `-` for standard input. */
    readonly file: string;
    /** The reason, as a sentence. */
    readonly message: string;
}

/** Files and charts of the inputs. */
export interface Found {
    /** Files to read, in the order of the inputs and by name. */
    readonly files: readonly string[];
    /** Files among them that were named, not found in a folder. */
    readonly named: ReadonlySet<string>;
    /** Folders of Helm charts to render. */
    readonly charts: readonly string[];
    /** Inputs that cannot be used. */
    readonly failures: readonly Failure[];
}

/** The file that marks a folder as a chart. */
const CHART = "Chart.yaml";

/**
 * Resolves inputs to files and charts. Folders are searched recursively, by name.
 * @param exclude Patterns of files and folders to leave out, by path or name.
 */
export function findFiles(inputs: readonly string[], exclude: readonly string[] = []): Found {
    const files = new Set<string>();
    const named = new Set<string>();
    const charts = new Set<string>();
    const failures: Failure[] = [];
    for (const input of inputs) {
        try {
            if (input === "-" || !statSync(input).isDirectory()) {
                files.add(input);
                named.add(input);
                continue;
            }
            const before = failures.length;
            const found = search(input, exclude.map(normalized), failures);
            if (found.length === 0 && failures.length === before) {
                throw new InputError("The folder contains no .yaml, .yml or .json file.");
            }
            for (const { path: place, chart } of found) {
                (chart ? charts : files).add(place);
            }
        } catch (error) {
            failures.push({ file: input, message: reasonOf(error) });
        }
    }
    return { files: [...files], named, charts: [...charts], failures };
}

function search(
    folder: string,
    exclude: readonly string[],
    failures: Failure[],
): readonly { readonly path: string; readonly chart: boolean }[] {
    const entries = entriesOf(folder, failures);
    if (entries.some((entry) => entry.name === CHART)) {
        return [{ path: folder, chart: true }];
    }
    return entries.flatMap((entry) => {
        const full = path.join(folder, entry.name);
        const names = [normalized(full), path.resolve(full), entry.name];
        if (exclude.some((pattern) => names.some((name) => globMatches(pattern, name)))) {
            return [];
        }
        if (entry.isDirectory()) {
            return entry.name === "node_modules" || entry.name === ".git" ? [] : search(full, exclude, failures);
        }
        return MANIFEST.test(entry.name) && mayBeRead(full) ? [{ path: full, chart: false }] : [];
    });
}

/** The entries of a folder by name, none where it cannot be read. Links to folders are not followed: they may be circular. */
function entriesOf(folder: string, failures: Failure[]): Dirent[] {
    try {
        return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
        // What is beside it is read all the same.
        failures.push({ file: folder, message: reasonOf(error) });
        return [];
    }
}

/** A path or pattern without a leading `./` and a slash at its end. */
function normalized(pattern: string): string {
    return pattern.replace(/^(?:\.\/)+/, "").replace(/\/+$/, "");
}

/** Whether a name is a file or a link to one: reading a pipe or device would block. A broken link is reported later. */
function mayBeRead(file: string): boolean {
    return statSync(file, { throwIfNoEntry: false })?.isFile() ?? true;
}

/**
 * Reads a text file.
 * @throws {InputError} when it cannot be read, is too large, or is neither UTF-8 nor UTF-16 with a byte order mark.
 */
export function readText(file: string): string {
    const bytes = file === "-" ? readFileSync(0) : readBounded(file);
    if (bytes.length > MAX_BYTES) {
        throw tooLarge();
    }
    const text = decode(bytes);
    // YAML and JSON have no such character, and a reader that passes over it finds no object.
    if (text.includes("\0")) {
        throw new InputError(
            "The file has null characters, as UTF-16 without a byte order mark and UTF-32 do. Save it as UTF-8.",
        );
    }
    return text;
}

function decode(bytes: Uint8Array): string {
    try {
        // Removes a byte order mark.
        return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
    } catch {
        throw new InputError("The file is neither valid UTF-8 nor UTF-16.");
    }
}

/** The encoding by byte order mark, which YAML requires for all but UTF-8. */
function encodingOf([first, second]: Uint8Array): string {
    if (first === 0xff && second === 0xfe) {
        return "utf-16le";
    }
    return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
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

/** The reason of a failure, as a sentence. */
export function reasonOf(error: unknown): string {
    if (error instanceof InputError) {
        return error.message;
    }
    const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
    if (code === "ENOENT") {
        return "There is no such file or folder.";
    }
    if (code === "EACCES") {
        return "Permission denied.";
    }
    return `It cannot be read${typeof code === "string" ? ` (${code})` : ""}.`;
}
