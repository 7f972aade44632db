import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { localPaths } from "../../../process/paths";

const { checkout: CHECKOUT } = localPaths();

/** Runs git. @throws Error if it fails. */
export function git(folder: string, ...args: string[]): string {
    const identity = ["-c", "user.name=test", "-c", "user.email=test@localhost"];
    const { status, stdout, stderr } = spawnSync("git", [...identity, ...args], { cwd: folder, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return stdout;
}

/** Links installed packages; the workspaces and commands are those of the copy, as after `npm ci` in it. */
function linkModules(from: string, to: string): void {
    mkdirSync(join(to, ".bin"), { recursive: true });
    for (const entry of readdirSync(from, { withFileTypes: true }).filter(({ name }) => name !== ".bin")) {
        const source = join(from, entry.name);
        symlinkSync(entry.isSymbolicLink() ? readlinkSync(source) : source, join(to, entry.name));
    }
    for (const name of readdirSync(join(from, ".bin"))) {
        symlinkSync(readlinkSync(join(from, ".bin", name)), join(to, ".bin", name));
    }
}

/** A repository with the content of this checkout as its only commit, to which tests can add commits. */
export function copyProject(folder: string): void {
    const listed = git(CHECKOUT, "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate");
    for (const file of listed.trim().split("\n")) {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        cpSync(join(CHECKOUT, file), join(folder, file));
    }
    linkModules(join(CHECKOUT, "node_modules"), join(folder, "node_modules"));
    git(folder, "init", "--quiet");
    writeFileSync(join(folder, ".git", "info", "exclude"), "node_modules\n");
    git(folder, "add", "--all");
    git(folder, "commit", "--quiet", "--message", "base");
}
