import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { localPaths } from "../../../process/paths";

const { checkout: CHECKOUT } = localPaths();

/** Runs git, and fails when it fails. */
export function git(folder: string, ...args: string[]): string {
    const identity = ["-c", "user.name=test", "-c", "user.email=test@localhost"];
    const { status, stdout, stderr } = spawnSync("git", [...identity, ...args], { cwd: folder, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return stdout;
}

/** A repository with what is in this checkout as its one commit, so that tests can add commits of their own. */
export function copyProject(folder: string): void {
    const listed = git(CHECKOUT, "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate");
    for (const file of listed.trim().split("\n")) {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        cpSync(join(CHECKOUT, file), join(folder, file));
    }
    symlinkSync(join(CHECKOUT, "node_modules"), join(folder, "node_modules"));
    git(folder, "init", "--quiet");
    writeFileSync(join(folder, ".git", "info", "exclude"), "node_modules\n");
    git(folder, "add", "--all");
    git(folder, "commit", "--quiet", "--message", "base");
}
