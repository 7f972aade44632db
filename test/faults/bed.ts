import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { parseState, type StackState } from "../../engine/state";
import { clusterReader, type Read } from "../../kube/read";
import { clusterIdentity } from "../../local/controlPlane/identity";
import { clusterProcesses } from "../../local/controlPlane/processes";
import { down } from "../../local/down";
import { openWorkspace, type Workspace } from "../../local/workspace";
import { type LocalPaths, localPaths, separatePaths } from "../../process/paths";
import type { RunResult } from "../../process/run";
import { EXIT, faultText } from "../../terminal/commandLine";
import { createProgress, type Progress } from "../../terminal/progress";
import { runCommand } from "../support/daily";
import { FaultyServer } from "./faultyServer";

/** Name of the stack. */
export const STACK = "staging";

/** Timeout of one command (ms). */
const COMMAND_MS = 300_000;

/** The cluster, the small program and its stack, which every case of a run uses. */
export class Bed {
    private level = 1;

    private constructor(
        /** Files of the run. */
        public readonly paths: LocalPaths,
        /** The same, with the small program as the checkout: what `x0` works on. */
        public readonly small: LocalPaths,
        public readonly space: Workspace,
        public readonly server: FaultyServer,
        public readonly read: Read,
        private readonly progress: Progress,
    ) {}

    /** Starts the cluster, and puts a server before it that makes trouble on demand. */
    public static async open(): Promise<Bed> {
        const progress = createProgress();
        const paths = separatePaths(localPaths(), "faults");
        await Bed.remove(paths, progress);
        mkdirSync(paths.root, { recursive: true });
        const space = await openWorkspace(STACK, progress, paths);
        const { pki } = clusterIdentity(paths);
        const [ca = "", cert = "", key = ""] = await Promise.all(
            ["ca.crt", "admin.crt", "admin.key"].map((file) => readFile(join(pki, file), "utf8")),
        );
        const server = await FaultyServer.start({ server: space.cluster.server, ca, cert, key });
        const small = { ...paths, checkout: join(paths.root, "program") };
        cpSync(join(__dirname, "program"), small.checkout, { recursive: true });
        cpSync(join(small.checkout, "Pulumi.yaml"), join(paths.stacks, "Pulumi.yaml"));
        const name = "faults";
        const kubeconfig = {
            ...{ apiVersion: "v1", kind: "Config", "current-context": name },
            clusters: [{ name, cluster: { server: server.url } }],
            contexts: [{ name, context: { cluster: name, user: name } }],
            users: [{ name, user: {} }],
        };
        writeFileSync(join(paths.root, "faulty-kubeconfig"), stringify(kubeconfig));
        const target = { context: name, kubeconfig: join(paths.root, "faulty-kubeconfig") };
        const bed = new Bed(paths, small, space, server, await clusterReader(space.cluster), progress);
        bed.configure(target);
        await space.cli.call(["stack", "init", STACK]);
        return bed;
    }

    private static async remove(paths: LocalPaths, progress: Progress): Promise<void> {
        await down(progress, paths);
        rmSync(paths.root, { recursive: true, force: true });
    }

    /** Removes the cluster and all files. */
    public async close(): Promise<void> {
        this.server.stop();
        await Bed.remove(this.paths, this.progress);
    }

    private configure(target: { readonly context: string; readonly kubeconfig: string }): void {
        const config = { "x0tta6bl4:cluster": target, "x0tta6bl4:level": String(this.level) };
        const known = readFileSync(this.space.configFile, "utf8");
        const salt = /^encryptionsalt:.*$/m.exec(known)?.[0] ?? "";
        writeFileSync(this.space.configFile, `${stringify({ config })}${salt}\n`);
    }

    /** Changes the program: the next update has something to do. */
    public nextLevel(): void {
        this.level++;
        this.configure({ context: "faults", kubeconfig: join(this.paths.root, "faulty-kubeconfig") });
    }

    /** Name of the ConfigMap that only this level has. */
    public get levelName(): string {
        return `level-${this.level}`;
    }

    /** The URN of a resource of the program. */
    public urn(type: string, name: string): string {
        return `urn:pulumi:${STACK}::x0tta6bl4::${type}::${name}`;
    }

    /** Arguments of a CLI command, for the stack. */
    public arguments(args: readonly string[]): string[] {
        return [...args, "--stack", STACK, "--config-file", this.space.configFile];
    }

    /** Runs the CLI in the program's folder, whatever its exit code. */
    public pulumi(args: readonly string[]): Promise<RunResult> {
        return this.space.cli.call(this.arguments(args), {
            cwd: this.small.checkout,
            logFile: join(this.paths.logs, "faults.log"),
            timeoutMs: COMMAND_MS,
        });
    }

    /** Runs `x0` in this process, whatever its exit code. */
    public async x0(argv: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
        try {
            return await runCommand(argv, this.small);
        } catch (error) {
            return { code: EXIT.cannot, text: faultText("npx x0", error) };
        }
    }

    /** The state file of the stack. */
    public get stateFile(): string {
        return join(this.paths.state, ".pulumi", "stacks", "x0tta6bl4", `${STACK}.json`);
    }

    /** The state, as the file has it. */
    public state(): StackState {
        const { checkpoint } = JSON.parse(readFileSync(this.stateFile, "utf8")) as { checkpoint: { latest?: unknown } };
        return parseState(JSON.stringify({ deployment: checkpoint.latest }));
    }

    /** Changes an object with a merge patch, not through the faulty server. */
    public async patch(path: string, patch: unknown): Promise<void> {
        await this.send(path, { method: "PATCH", body: patch, type: "application/merge-patch+json" });
    }

    /** Deletes an object, not through the faulty server. */
    public async delete(path: string): Promise<void> {
        await this.send(path, { method: "DELETE" });
    }

    private async send(
        path: string,
        { method, body, type }: { readonly method: string; readonly body?: unknown; readonly type?: string },
    ): Promise<void> {
        const { server, trouble } = { server: this.server.url, trouble: this.server.trouble };
        this.server.trouble = "none";
        const response = await fetch(new URL(path, server), {
            method,
            body: body === undefined ? undefined : JSON.stringify(body),
            headers: type === undefined ? {} : { "content-type": type },
        });
        this.server.trouble = trouble;
        if (!response.ok && response.status !== 404) {
            throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
        }
    }

    /** Kills etcd and starts it again with the same arguments. */
    public async restartEtcd(): Promise<void> {
        const { bin } = clusterIdentity(this.paths);
        for (const { pid, component } of await clusterProcesses(bin)) {
            if (component === "etcd") {
                const [command = "", ...args] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
                process.kill(pid, "SIGKILL");
                await new Promise((resolve) => setTimeout(resolve, 500));
                spawn(command, args, { detached: true, stdio: "ignore", cwd: this.paths.kwok }).unref();
            }
        }
    }
}
