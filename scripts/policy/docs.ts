import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { policiesDocument } from "./document";

/** Where the reference is kept. */
const FILE = path.join(__dirname, "..", "..", "docs", "policies.md");

async function main(check: boolean): Promise<void> {
    const text = await policiesDocument(FILE);
    if (!check) {
        writeFileSync(FILE, text);
    } else if (readFileSync(FILE, "utf8") !== text) {
        console.error("docs/policies.md is not what the rules say. Run: npx tsx scripts/policy/docs.ts");
        process.exitCode = 1;
    }
}

void main(process.argv.includes("--check"));
