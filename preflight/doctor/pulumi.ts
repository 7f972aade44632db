import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { CannotRun } from "../../errors";
import { firstLine, PulumiCli } from "../../engine/pulumi";
import { CommandError } from "../../process/run";
import { executablesOnPath } from "../../tools/probe";
import type { LocalPaths } from "../../process/paths";
import { shellCommand, shellWord } from "../../shell";
import type { CheckFinding } from "../report";
import type { StackFile } from "../../engine/stackFile";
import { fits } from "./passphrase";

const stacksSchema = z.array(z.object({ name: z.string(), updateInProgress: z.boolean().default(false) }));
const pluginsSchema = z.array(z.object({ name: z.string(), version: z.string().nullish() }));
const packageSchema = z.object({ dependencies: z.record(z.string(), z.string()) });

/** Checks backend, stack, passphrase and plugins. */
export async function pulumiFindings(
    stack: string,
    file: StackFile,
    surroundings: { readonly env: NodeJS.ProcessEnv; readonly paths: Pick<LocalPaths, "checkout"> },
): Promise<CheckFinding[]> {
    const { env, paths } = surroundings;
    const pulumi = new PulumiCli("pulumi", env, paths.checkout);
    try {
        const login = await pulumi.login();
        if ("failure" in login) {
            const { failure } = login;
            return [
                { status: "fail", name: "Backend", detail: failure, fix: "pulumi login, or: pulumi login --local" },
            ];
        }
        const { user, url } = login;
        const [there, plugins] = await Promise.all([
            stackFinding(pulumi, stack),
            pluginsFinding(pulumi, paths.checkout, env),
        ]);
        const backend: CheckFinding = { status: "ok", name: "Backend", detail: `${url} as ${user}` };
        return [backend, there, passphraseFinding(file, env, url), plugins];
    } catch (error) {
        if (error instanceof CommandError || error instanceof CannotRun) {
            return [
                {
                    status: "skip",
                    name: "Backend",
                    detail: `the Pulumi CLI does not answer: ${error instanceof CommandError ? error.reason : error.message}`,
                },
            ];
        }
        throw error;
    }
}

async function stackFinding(pulumi: PulumiCli, stack: string): Promise<CheckFinding> {
    const name = "Stack";
    const { code, stdout, stderr } = await pulumi.call(["stack", "ls", "--json"]);
    if (code !== 0) {
        return { status: "fail", name, detail: firstLine(stderr), fix: "pulumi stack ls" };
    }
    const stacks = stacksSchema.parse(JSON.parse(stdout));
    const found = stacks.find((known) => known.name.split("/").at(-1) === stack);
    if (found === undefined) {
        const detail = `the backend has no stack ${stack}`;
        return { status: "fail", name, detail, fix: shellCommand("pulumi", "stack", "init", stack) };
    }
    return found.updateInProgress
        ? {
              status: "fail",
              name,
              detail: `another update of ${stack} is running, or one was interrupted`,
              fix: `after an interrupted one: npx x0 recover --stack ${shellWord(stack)}`,
          }
        : { status: "ok", name, detail: `${stack} exists and no update is running` };
}

function passphraseFinding({ encryption }: StackFile, env: NodeJS.ProcessEnv, url: string): CheckFinding {
    const name = "Passphrase";
    const { salt, provider } = encryption;
    if (provider !== undefined && provider !== "passphrase") {
        return { status: "ok", name, detail: `none: ${provider.split("?", 1)[0] ?? ""} keeps the key` };
    }
    if (salt === undefined && url.startsWith("https:")) {
        return { status: "ok", name, detail: "none: the backend keeps the key" };
    }
    const passphrase = passphraseOf(env);
    const fix = "export PULUMI_CONFIG_PASSPHRASE=..., or PULUMI_CONFIG_PASSPHRASE_FILE with a file's path";
    if (passphrase === undefined) {
        return { status: "fail", name, detail: "not set", fix };
    }
    if (salt === undefined) {
        return { status: "ok", name, detail: "set; the first update encrypts the stack with it" };
    }
    return fits(passphrase, salt) === false
        ? { status: "fail", name, detail: "not the one that the stack is encrypted with", fix }
        : { status: "ok", name, detail: "the one that the stack is encrypted with" };
}

function passphraseOf(env: NodeJS.ProcessEnv): string | undefined {
    const { PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE } = env;
    try {
        return PULUMI_CONFIG_PASSPHRASE ?? readFileSync(PULUMI_CONFIG_PASSPHRASE_FILE ?? "", "utf8").trim();
    } catch {
        return undefined;
    }
}

async function pluginsFinding(pulumi: PulumiCli, checkout: string, env: NodeJS.ProcessEnv): Promise<CheckFinding> {
    const { dependencies } = packageSchema.parse(JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")));
    const { stdout } = await pulumi.call(["plugin", "ls", "--json"]);
    const installed = pluginsSchema.parse(JSON.parse(stdout));
    const needed = ["kubernetes", "random"].map((name) => ({ name, version: dependencies[`@pulumi/${name}`] ?? "" }));
    const missing: string[] = [];
    for (const { name, version } of needed) {
        const there = installed.some((plugin) => plugin.name === name && plugin.version === version);
        const onPath = await executablesOnPath(`pulumi-resource-${name}`, env.PATH);
        if (!there && onPath.length === 0) {
            missing.push(`${name} ${version}`);
        }
    }
    return missing.length === 0
        ? { status: "ok", name: "Plugins", detail: needed.map(({ name, version }) => `${name} ${version}`).join(", ") }
        : {
              status: "warn",
              name: "Plugins",
              detail: `${missing.join(" and ")} not installed; the next preview downloads them`,
              fix: missing
                  .map((plugin) => shellCommand("pulumi", "plugin", "install", "resource", ...plugin.split(" ")))
                  .join("\n"),
          };
}
