import { existsSync, readFileSync } from "node:fs";
import { rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { CannotRun } from "../errors";
import { run } from "../process/run";

/** Milliseconds for `npm ci` of the base. */
const INSTALL_TIMEOUT_MS = 10 * 60_000;

/**
 * Checks out another commit next to the checkout, with its dependencies, and removes it afterwards.
 * @param work Gets the folder, and the commit's full id.
 * @throws CannotRun where there is no such commit.
 */
export async function withCommit<T>(
    checkout: string,
    ref: string,
    folder: string,
    work: (folder: string, commit: string) => Promise<T>,
): Promise<T> {
    const git = (...args: string[]) => run("git", args, { cwd: checkout });
    const found = await run("git", ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`], {
        cwd: checkout,
        allowExit: true,
    });
    if (found.code !== 0) {
        throw new CannotRun(`${ref} is not a commit of this checkout`, "git fetch --all, or name another commit");
    }
    const commit = found.stdout.trim();
    await rm(folder, { recursive: true, force: true });
    await git("worktree", "add", "--detach", "--force", folder, commit);
    try {
        await addDependencies(checkout, folder);
        return await work(folder, commit);
    } finally {
        await git("worktree", "remove", "--force", folder);
    }
}

/** The checkout's own packages serve where the lock file is the same. */
async function addDependencies(checkout: string, folder: string): Promise<void> {
    const [own, other] = [checkout, folder].map((root) => join(root, "package-lock.json"));
    if (own !== undefined && other !== undefined && existsSync(other) && sameText(own, other)) {
        await symlink(join(checkout, "node_modules"), join(folder, "node_modules"));
        return;
    }
    await run("npm", ["ci", "--ignore-scripts"], { cwd: folder, timeoutMs: INSTALL_TIMEOUT_MS });
}

function sameText(a: string, b: string): boolean {
    return readFileSync(a, "utf8") === readFileSync(b, "utf8");
}
