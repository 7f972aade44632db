import { z } from "zod";
import { VERSIONED_LABEL } from "../../components/delivery/names";
import { describeLock, readLocks } from "../../engine/lock";
import { CannotRun } from "../../errors";
import { unusedConfiguration } from "../../kube/rollout/configuration";
import { shellCommand } from "../../shell";
import { EXIT } from "../../terminal/commandLine";
import { confirmed } from "../../terminal/confirm";
import { visibleText } from "../../terminal/foreign";
import { ago } from "../../terminal/text";
import type { Context } from "../command";
import { type Mesh, openMesh } from "../pods/mesh";

/** Options of `x0 rollout prune`. */
export interface PruneOptions {
    readonly stack?: string;
    readonly confirm?: string;
    readonly dryRun?: boolean;
    /** Least age of what is removed (min). */
    readonly olderThan: number;
}

const listSchema = z.object({ items: z.array(z.unknown()) });

/** Objects of some kinds; those that the cluster does not have are left out. */
async function list({ kubectl }: Mesh, kinds: readonly string[], more: readonly string[] = []): Promise<unknown[]> {
    const found = await Promise.all(
        kinds.map(async (kind) => {
            const { code, stdout, stderr } = await kubectl.try(["get", kind, ...more, "--output", "json"]);
            if (code === 0) {
                return listSchema.parse(JSON.parse(stdout)).items;
            }
            if (stderr.includes("doesn't have a resource type")) {
                return [];
            }
            // What cannot be seen may use anything.
            throw new CannotRun(`kubectl: ${stderr.trim()}`, "ask for the right to list it, or leave the objects");
        }),
    );
    return found.flat();
}

/** Kinds whose pods use configuration, or will: old ReplicaSets are what a Rollout goes back to. */
const USERS = ["pods", "replicasets.apps", "deployments.apps", "rollouts.argoproj.io"];

/** What no version uses any more, oldest first. */
async function unused(mesh: Mesh, olderThan: number, now: Date) {
    const label = ["--selector", `${VERSIONED_LABEL}=true`];
    const [kept, users] = await Promise.all([list(mesh, ["configmaps", "secrets"], label), list(mesh, USERS)]);
    const recorded = mesh.place.state.resources.flatMap(({ id }) => id ?? []);
    return unusedConfiguration({ kept, users, recorded, before: new Date(now.getTime() - olderThan * 60_000) });
}

/**
 * Removes configuration of versions that nothing can go back to. An update in progress makes the configuration before the
 * pods that use it, so a lock stops it, and what is young stays.
 * @returns the exit code.
 * @throws CannotRun when an update runs, or when what uses configuration cannot be listed.
 */
export async function pruneConfiguration(options: PruneOptions, context: Context): Promise<number> {
    const mesh = await openMesh(options.stack, context);
    const { stack, cli } = mesh.place;
    const locks = readLocks(await cli.backendUrl(), stack);
    const [lock] = locks.shown ? locks.locks : [];
    if (lock !== undefined) {
        throw new CannotRun(
            `stack ${stack} is locked: ${describeLock(lock)}`,
            shellCommand("npx", "x0", "status", "--stack", stack),
        );
    }
    const now = new Date();
    const found = await unused(mesh, options.olderThan, now);
    if (found.length === 0) {
        console.log(`Nothing to remove: every kept ConfigMap and Secret of ${mesh.namespace} is used, or young.`);
        return EXIT.done;
    }
    for (const { kind, name, createdAt } of found) {
        console.log(
            visibleText(`  removes ${kind} ${mesh.namespace}/${name}, ${ago(now.getTime() - createdAt.getTime())} old`),
        );
    }
    if (options.dryRun === true) {
        return EXIT.done;
    }
    if (!(await confirmed(stack, options.confirm, context.terminal))) {
        console.log("Nothing was changed.");
        return EXIT.wrong;
    }
    // Once more after the question, which may have been open for long.
    const still = new Set((await unused(mesh, options.olderThan, now)).map(({ uid }) => uid));
    for (const { kind, name, uid } of found) {
        if (still.has(uid)) {
            await mesh.kubectl.call(["delete", kind.toLowerCase(), name, "--ignore-not-found"]);
        }
    }
    return EXIT.done;
}
