import { Command } from "@commander-js/extra-typings";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXIT, main } from "../../terminal/commandLine";
import { documents } from "./documents";
import { PROJECT_ROOT } from "../../project";

/** Writes the generated documents, or only reports the stale ones. @returns the exit code. */
async function generate(check: boolean): Promise<number> {
    const all = await documents(PROJECT_ROOT);
    const stale = all.filter(({ path, text }) => {
        const file = join(PROJECT_ROOT, path);
        return !existsSync(file) || readFileSync(file, "utf8") !== text;
    });
    if (check) {
        for (const { path } of stale) {
            console.error(`${path} is out of date. Fix: npm run docs`);
        }
        return stale.length === 0 ? EXIT.done : EXIT.wrong;
    }
    for (const { path, text } of stale) {
        writeFileSync(join(PROJECT_ROOT, path), text);
        console.log(`${path} written`);
    }
    return EXIT.done;
}

void main((session) =>
    new Command("npm run docs --")
        .description("Writes the generated documents.")
        .option("--check", "write nothing, and exit with 1 when a document is out of date")
        .action(async ({ check }) => {
            session.exitCode = await generate(check === true);
        }),
);
