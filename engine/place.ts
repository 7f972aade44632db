import { existsSync } from "node:fs";
import { join } from "node:path";
import { pulumiEnvironment } from "./environment";
import type { LocalPaths } from "../process/paths";
import { repairState, stateFile } from "./stateFile";
import { servedRoute } from "./standIns";
import { findTool } from "../tools/find";
import { executablesOnPath } from "../tools/probe";
import { STACKS } from "../settings/shared/environments";
import { CannotRun } from "../errors";
import { shellWord } from "../shell";
import { backendFolder, firstLine, NO_STACK, PulumiCli } from "./pulumi";
import { parseState, type StackState } from "./state";

/** A stack that exists, and how to reach it. */
export interface Place {
    /** Name of the stack. */
    readonly stack: string;
    /** Whether it belongs to the embedded cluster. */
    readonly embedded: boolean;
    /** The CLI with the stack's backend. */
    readonly cli: PulumiCli;
    /** The stack file that applies; it need not exist. */
    readonly configFile: string;
    /** State at the time of the lookup. */
    readonly state: StackState;
}

/** Flags for the stack and its file, for commands that accept both. */
export function stackFlags({ stack, embedded, configFile }: Place): string[] {
    return ["--stack", stack, ...(embedded ? ["--config-file", configFile] : [])];
}

/** Context of the search for a stack. */
interface Caller {
    /** Files of the embedded run. */
    readonly paths: LocalPaths;
    /** Environment variables. */
    readonly env: NodeJS.ProcessEnv;
}

/**
 * Finds a stack: with the Pulumi CLI on PATH and the backend that it is logged in to, else on the embedded cluster. Any
 * other failure of the CLI is an error, so that a command never acts on an unintended cluster.
 * @param stack Name; the selected stack when unset, else the embedded cluster's.
 */
export async function findPlace(stack: string | undefined, caller: Caller): Promise<Place> {
    const { paths, env } = caller;
    const [onPath] = await executablesOnPath("pulumi", env.PATH);
    if (onPath !== undefined) {
        const cli = new PulumiCli(onPath, env, paths.checkout);
        const name = stack ?? (await selectedStack(cli));
        const state = name === undefined ? undefined : await exportState(cli, name);
        if (name !== undefined && state !== undefined) {
            const configFile = join(paths.checkout, `Pulumi.${name}.yaml`);
            return { stack: name, embedded: false, cli, configFile, state };
        }
    }
    return embeddedPlace(stack, paths, onPath !== undefined);
}

/** The stack that `pulumi stack select` chose; only one of this program's. */
async function selectedStack(cli: PulumiCli): Promise<string | undefined> {
    const { code, stdout } = await cli.call(["stack", "--show-name"]);
    const name = stdout.trim();
    return code === 0 && STACKS.includes(name) ? name : undefined;
}

/** State of a stack; `undefined` when the backend has no such stack, or there is no login. */
async function exportState(cli: PulumiCli, stack: string): Promise<StackState | undefined> {
    const { code, stdout, stderr } = await cli.call(["stack", "export", "--stack", stack]);
    if (code === 0) {
        return parseState(stdout);
    }
    if (NO_STACK.test(stderr)) {
        return undefined;
    }
    const reason = firstLine(stderr);
    throw new CannotRun(
        `Pulumi cannot export the state of stack ${stack}: ${reason}`,
        reason.includes("failed to load checkpoint")
            ? `an update was killed while it wrote: npx x0 recover --stack ${shellWord(stack)}`
            : `see: pulumi stack export --stack ${shellWord(stack)}`,
    );
}

async function embeddedPlace(stack: string | undefined, paths: LocalPaths, hasCli: boolean): Promise<Place> {
    const isThere = (name: string) => existsSync(stateFile(paths.state, name));
    const name = stack ?? STACKS.find(isThere);
    const { tool } = await findTool("pulumi", paths);
    if (name !== undefined && tool !== undefined && isThere(name)) {
        const env = await pulumiEnvironment(paths, tool, servedRoute(paths));
        // The copies of the project and stack files, which the CLI may change.
        const cli = new PulumiCli(tool.path, env, paths.stacks);
        const state = await exportState(cli, name);
        if (state !== undefined) {
            return {
                stack: name,
                embedded: true,
                cli,
                configFile: join(paths.stacks, `Pulumi.${name}.yaml`),
                state,
            };
        }
    }
    throw noStack(stack, hasCli);
}

function noStack(stack: string | undefined, hasCli: boolean): CannotRun {
    const first = stack === undefined ? "no stack is selected" : `there is no stack ${stack}`;
    const where = hasCli
        ? "neither Pulumi's backend nor the embedded cluster has one"
        : "the Pulumi CLI is not on PATH, and the embedded cluster has no such stack";
    const name = shellWord(stack ?? STACKS[0] ?? "");
    return new CannotRun(
        `${first}: ${where}`,
        hasCli
            ? `run \`npm run local -- --stack ${name}\`, or \`pulumi stack init ${name}\`, or name one: --stack`
            : `run \`npm run local -- --stack ${name}\`, or install the CLI: https://www.pulumi.com/docs/install/`,
    );
}

/**
 * Repairs a stack's state after an interrupted write, in the file backend of the CLI on PATH and in that of the
 * embedded run.
 * @param stack Default: every stack of this program.
 * @returns whether something was repaired.
 */
export async function repairStates(stack: string | undefined, { paths, env }: Caller): Promise<boolean> {
    const [onPath] = await executablesOnPath("pulumi", env.PATH);
    const url = onPath === undefined ? "" : await new PulumiCli(onPath, env, paths.checkout).backendUrl();
    const roots = [...new Set([paths.state, backendFolder(url)])].filter((root) => root !== undefined);
    const names = stack === undefined ? STACKS : [stack];
    const repaired = await Promise.all(roots.flatMap((root) => names.map((name) => repairState(root, name))));
    return repaired.includes(true);
}
