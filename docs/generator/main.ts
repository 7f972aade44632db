import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitWith } from "../../terminal/commandLine";
import { documents } from "./documents";
import { PROJECT_ROOT } from "../../project";

const USAGE = `npm run docs -- [--check]

Writes the generated documents. With --check nothing is
written, and the exit code is 1 when one is stale.`;

/**
 * `npm run docs` writes the generated documents; `npm run docs -- --check` writes nothing and fails when one is stale.
 */
async function main(args: readonly string[]): Promise<number> {
    if (args.includes("--help")) {
        console.log(USAGE);
        return 0;
    }
    const unknown = args.filter((arg) => arg !== "--check");
    if (unknown.length > 0) {
        console.error(`Unknown: ${unknown.join(" ")}.\n\n${USAGE}`);
        return 2;
    }
    const all = await documents(PROJECT_ROOT);
    const stale = all.filter(({ path, text }) => {
        const file = join(PROJECT_ROOT, path);
        return !existsSync(file) || readFileSync(file, "utf8") !== text;
    });
    if (args.includes("--check")) {
        for (const { path } of stale) {
            console.error(`${path} is stale. Write it anew: npm run docs`);
        }
        return stale.length === 0 ? 0 : 1;
    }
    for (const { path, text } of stale) {
        writeFileSync(join(PROJECT_ROOT, path), text);
        console.log(`${path} written`);
    }
    return 0;
}

exitWith(main(process.argv.slice(2)));
