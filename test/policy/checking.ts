import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { CheckReport } from "../../policy/cli/check";
import type { Violation } from "../../policy/cli/violation";
import { run } from "../../policy/cli/run";
import { hardened } from "./fixtures";

/** A manifest that breaks no mandatory rule over single objects. */
export const GOOD = JSON.stringify(hardened());

/** A manifest that breaks many, `privileged` among them in line 11. */
export const BAD = `apiVersion: v1
kind: Pod
metadata:
  namespace: shop
  name: web
spec:
  containers:
    - name: app
      image: app:1.0.0
      securityContext:
        privileged: true
`;

/** A report as the command writes it with `--format json`. */
export interface JsonReport extends Pick<CheckReport, "checked" | "skipped" | "exceptions" | "errors"> {
    readonly violations: readonly Violation[];
}

/** A folder for manifests, and the command that checks them. */
export interface Checking {
    /** The folder: a new one for each test. */
    readonly folder: () => string;
    /** Writes a file and gives its path. */
    readonly file: (name: string, content: string | Buffer) => string;
    /** Runs the command, which must understand its arguments, and reads its JSON output. */
    readonly json: (...args: string[]) => JsonReport & { readonly status: number };
}

/** Makes a folder before each test of a suite and removes it after. */
export function checking(): Checking {
    let folder = "";
    beforeEach(() => {
        folder = mkdtempSync(path.join(tmpdir(), "policy-check-"));
    });
    afterEach(() => {
        rmSync(folder, { recursive: true });
    });
    return {
        folder: () => folder,
        file: (name, content) => {
            const full = path.join(folder, name);
            mkdirSync(path.dirname(full), { recursive: true });
            writeFileSync(full, content);
            return full;
        },
        json: (...args) => {
            const { status, output, error } = run(["--format", "json", ...args]);
            assert.equal(error, "");
            return { ...(JSON.parse(output) as JsonReport), status };
        },
    };
}
