import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { preProcessFile } from "typescript";
import { PROJECT_ROOT } from "../../project";

/** Imports of each source file, by paths from the project's root. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/**
 * The floors of docs/architecture.md, from the ground up. A folder imports from its own floor only within itself, and
 * otherwise from lower floors.
 */
export const FLOORS: readonly (readonly string[])[] = [
    ["project.ts", "errors.ts", "shell.ts"],
    ["process", "terminal"],
    ["settings"],
    ["settings.ts"],
    ["kube", "tools", "components"],
    ["standins"],
    ["engine"],
    ["preflight"],
    ["cost", "images"],
    ["smoke", "pipeline"],
    ["provider.ts", "outputs.ts"],
    ["index.ts"],
    ["local"],
    ["cli"],
    ["docs"],
    ["test"],
];

/** The policy pack is published for other projects: it imports nothing of this one, and every floor may use it. */
export const ALONE: readonly string[] = ["policy"];

/** The first part of a path: a folder or file of the root. */
export function room(file: string): string {
    return file.split("/")[0] ?? file;
}

/** Folders without sources of the project. */
const SKIPPED = new Set(["node_modules", "bin", "fixtures"]);

function sourceFiles(folder: string): string[] {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) {
            return SKIPPED.has(entry.name) || entry.name.startsWith(".") ? [] : sourceFiles(path);
        }
        return entry.name.endsWith(".ts") ? [path] : [];
    });
}

/** The file that a relative import leads to; `undefined` if it is not a source of the project. */
function target(from: string, specifier: string): string | undefined {
    const base = resolve(dirname(from), specifier);
    return [base, `${base}.ts`, join(base, "index.ts")].find((path) => existsSync(path) && statSync(path).isFile());
}

/** Reads the imports of all TypeScript sources of the checkout, including type imports. */
export function projectImports(): Imports {
    return new Map(
        sourceFiles(PROJECT_ROOT).map((file) => {
            const { importedFiles } = preProcessFile(readFileSync(file, "utf8"));
            const found = importedFiles
                .filter(({ fileName }) => fileName.startsWith("."))
                .map(({ fileName }) => target(file, fileName))
                .filter((path) => path?.endsWith(".ts") === true)
                .map((path) => relative(PROJECT_ROOT, path ?? ""));
            return [relative(PROJECT_ROOT, file), found];
        }),
    );
}

/** Imports that do not go downwards, each as `from -> to`. */
export function upwardImports(imports: Imports): string[] {
    const floor = (name: string) => FLOORS.findIndex((rooms) => rooms.includes(name));
    return [...imports].flatMap(([from, targets]) =>
        targets
            .filter((to) => {
                const [here, there] = [room(from), room(to)];
                if (here === there) {
                    return false;
                }
                if (ALONE.includes(here)) {
                    return true;
                }
                // Stand-ins are programs that the engine starts, never a library.
                if (there === "standins") {
                    return here !== "test";
                }
                return there !== "policy" && floor(there) >= floor(here);
            })
            .map((to) => `${from} -> ${to}`),
    );
}

/** Files of each circle of imports, sorted; a file that imports itself counts. Tarjan's algorithm. */
export function circles(imports: Imports): string[][] {
    const index = new Map<string, number>();
    const low = new Map<string, number>();
    const stack: string[] = [];
    const found: string[][] = [];
    const visit = (file: string): void => {
        index.set(file, index.size);
        low.set(file, index.size - 1);
        stack.push(file);
        for (const next of imports.get(file) ?? []) {
            if (!index.has(next)) {
                visit(next);
            }
            if (stack.includes(next)) {
                low.set(file, Math.min(low.get(file) ?? 0, low.get(next) ?? 0));
            }
        }
        if (low.get(file) === index.get(file)) {
            const circle = stack.splice(stack.indexOf(file));
            if (circle.length > 1 || imports.get(file)?.includes(file) === true) {
                found.push(circle.sort());
            }
        }
    };
    for (const file of imports.keys()) {
        if (!index.has(file)) {
            visit(file);
        }
    }
    return found;
}
