import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PROJECT = `description: A pack without policies
runtime:
  name: nodejs
  options:
    typescript: false
`;

const PROGRAM = `const { PolicyPack } = require("@pulumi/policy");
new PolicyPack("empty", { policies: [] });
`;

/**
 * Writes a policy pack without policies, which measures the overhead of CrossGuard with the unmodified SDK.
 * @param folder Where to; within the checkout, where it finds the SDK.
 */
export function writeEmptyPack(folder: string): string {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "PulumiPolicy.yaml"), PROJECT);
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "empty", version: "1.0.0", main: "index.js" }));
    writeFileSync(join(folder, "index.js"), PROGRAM);
    return folder;
}
