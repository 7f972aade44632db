import { readFileSync, writeFileSync } from "node:fs";
import { parseDocument } from "yaml";

/**
 * Sets a part of a stack file by its path, e.g. `mesh.logLevel`: what `pulumi config set --path` writes, without a start of
 * the CLI. The tests of the documents run that command itself.
 */
export function setSetting(file: string, path: string, value: unknown): void {
    const [key = "", ...rest] = path.split(".");
    const document = parseDocument(readFileSync(file, "utf8"));
    document.setIn(["config", `x0tta6bl4:${key}`, ...rest], value);
    writeFileSync(file, document.toString());
}
