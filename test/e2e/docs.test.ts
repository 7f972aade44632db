import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { pooled } from "../../process/pooled";
import { CommandError } from "../../process/run";
import { ensureTools } from "../../tools";
import type { Workspace } from "../../local/workspace";
import { type DocumentedLine, FOLLOWED, linesTo } from "../support/docsRuns";
import { selfSigned } from "../support/selfSigned";

import { output, paths, progress, removeAll, workspace } from "./support/embedded";
import { type Clients, clients, meshObjects, podNames, settled } from "./support/objects";
import { packChart } from "./support/monitoringChart";
import { copyProject, git } from "./support/project";
import { documentedBlock, Reader, type Typing } from "./support/reader";

/** Locations of the workloads that the documents name. */
const NAMESPACES = ["x0tta6bl4-staging", "spire", "spire-system", "monitoring"];

describe("A reader who follows the documents on the embedded cluster", () => {
    let space: Workspace;
    let cluster: Clients;
    let reader: Reader;
    const folder = mkdtempSync(join(tmpdir(), "x0tta6bl4-reader-"));
    const project = join(folder, "project");

    before(async () => {
        await removeAll();
        mkdirSync(paths.root, { recursive: true });
        const { helm } = await ensureTools(["helm"], progress);
        space = await workspace("staging", await packChart(helm.path, "whole"));
        cluster = clients(space.cluster);
        reader = new Reader(space, folder);
        copyProject(project);
    });

    after(async () => {
        rmSync(folder, { recursive: true });
        await removeAll();
    });

    const follow = (block: (typeof FOLLOWED)[keyof typeof FOLLOWED], cwd = project) =>
        reader.follow(documentedBlock(block), cwd);

    /** Values of the placeholders in a line, from the current cluster. */
    async function wordsOf(line: string): Promise<Readonly<Record<string, string>>> {
        const mesh = await podNames(cluster, "x0tta6bl4-staging");
        const agents = (await podNames(cluster, "spire-system")).filter((name) => name.startsWith("spire-agent"));
        const claims = await cluster.core.listNamespacedPersistentVolumeClaim({ namespace: "x0tta6bl4-staging" });
        const { items: pods } = await cluster.core.listNamespacedPod({ namespace: "x0tta6bl4-staging" });
        const pod = (line.includes("spire-system") ? agents[0] : mesh[0]) ?? "";
        return {
            "FILES\\|FOLDERS\\|-": "manifests",
            FILES: "manifests",
            "(POD|<pod>)": pod,
            "8n44v": pod.split("-").at(-1) ?? "",
            NAMESPACE: "x0tta6bl4-staging",
            CLAIM: claims.items[0]?.metadata?.name ?? "",
            NODE: pods[0]?.spec?.nodeName ?? "",
        };
    }

    /** Runs a line. @returns faults of its result, as `page: line: result`. */
    async function faultOf(line: DocumentedLine, typing: Typing = {}, cwd = project): Promise<string[]> {
        const { page, text, run } = line;
        const result = await reader.type(text, cwd, { words: await wordsOf(text), ...typing });
        const endsWith = run !== undefined && "endsWith" in run ? run.endsWith : undefined;
        const good = endsWith === undefined ? result.code === 0 : endsWith.test(output(result));
        return good ? [] : [`${page}: ${text}: exit code ${result.code}\n${output(result).trim().slice(-1500)}`];
    }

    /** Processes lines with limited concurrency. @returns all faults. */
    async function each(lines: readonly DocumentedLine[], work: (line: DocumentedLine) => Promise<string[]>) {
        const faults = await pooled(lines, cpus().length + 1, work);
        return faults.flat().sort().join("\n\n");
    }

    it("starts a stack in a file backend from nothing", async () => {
        const fresh = join(folder, "fresh");
        copyProject(fresh);
        const result = await follow(FOLLOWED.freshBackend, fresh);
        assert.match(result.stdout, /staging/);
        reader.logOut();
    });

    it("deploys and checks a stack", async () => {
        // The official source of the chart may be unreachable; the stack file's copy gives the same result.
        const file = parseDocument(readFileSync(space.configFile, "utf8"));
        file.deleteIn(["config", "x0tta6bl4:cluster"]);
        file.delete("encryptionsalt");
        writeFileSync(join(project, "Pulumi.staging.yaml"), file.toString());
        const result = await follow(FOLLOWED.deploy);
        assert.match(output(result), /passed/);
        git(project, "commit", "--quiet", "--all", "--message", "staging has a cluster");
    });

    it("updates it as the upgrade guide says", async () => {
        await follow(FOLLOWED.upgrade);
    });

    it("finds no drift", async () => {
        await follow(FOLLOWED.drift);
    });

    it("previews pull requests and lists findings as the workflows do", async () => {
        await follow(FOLLOWED.pullRequest);
        await follow(FOLLOWED.findings);
        cpSync(join(__dirname, "fixtures", "shop", "charts", "agent"), join(project, "chart"), { recursive: true });
        for (const copy of ["manifests", join("charts", "rendered")]) {
            cpSync(join(folder, "rendered"), join(project, copy), { recursive: true });
        }
    });

    it("runs every command that reads something", async () => {
        assert.equal(await each(linesTo("look"), faultOf), "");
    });

    it("opens every port that the documents open", async () => {
        const open = async (line: DocumentedLine) => {
            const stop = new AbortController();
            let address = "";
            const onLine = (printed: string) => {
                if (/http:\/\/127\.0\.0\.1:\d+/.test(printed)) {
                    address = printed;
                    stop.abort();
                }
            };
            const ended = await faultOf(line, { onLine, signal: stop.signal }).catch((error: unknown) => {
                if (error instanceof CommandError) {
                    return [];
                }
                throw error;
            });
            return address === "" ? [`${line.text} opened nothing`, ...ended] : [];
        };
        assert.equal(await each(linesTo("open"), open), "");
    });

    it("sets what the documents set, in a stack of its own", async () => {
        const env = { PULUMI_HOME: join(folder, "scratch-home"), PULUMI_STACK: "staging" };
        const backend = (name: string) => {
            const state = join(folder, name);
            mkdirSync(state);
            return { ...env, PULUMI_BACKEND_URL: `file://${state}` };
        };
        const shared = backend("scratch");
        let count = 0;
        const checkout = () => {
            const cwd = join(folder, `scratch-${count++}`);
            mkdirSync(cwd);
            for (const file of ["Pulumi.yaml", "Pulumi.staging.yaml"]) {
                cpSync(join(project, file), join(cwd, file));
            }
            return cwd;
        };
        const made = await reader.type("pulumi stack init staging", checkout(), { env: shared });
        assert.equal(made.code, 0, output(made));
        mkdirSync(join(folder, "state"), { recursive: true });
        const set = async (line: DocumentedLine) => {
            const place = line.text.startsWith("pulumi config") ? shared : backend(`scratch-state-${count}`);
            const typing = { env: { ...place, PULUMI_CONFIG_PASSPHRASE: "scratch" } };
            const cwd = checkout();
            if (line.text.startsWith("pulumi stack rm")) {
                await reader.type("pulumi stack init staging", cwd, typing);
            }
            return faultOf(line, typing, cwd);
        };
        assert.equal(await each(linesTo("scratch"), set), "");
    });

    it("moves it to another backend, where nothing changes", async () => {
        await follow(FOLLOWED.move);
        const listed = await reader.follow("pulumi stack ls", project);
        assert.match(listed.stdout, /staging/);
    });

    it("runs every command that changes something, one after the other", async () => {
        const { key, cert } = selfSigned();
        const files = { "ca.key": key, "ca.crt": cert, "db-ca.crt": cert, pw: "1" };
        for (const [name, text] of Object.entries({
            ...files,
            "pagerduty-key": "1",
            "slack-url": "1",
            "dead-man-url": "1",
        })) {
            writeFileSync(join(project, name), text);
        }
        for (const line of linesTo("change")) {
            // The effects of the previous line would remove the object that this line names.
            await Promise.all(NAMESPACES.map((namespace) => settled(cluster, namespace)));
            assert.deepEqual(await faultOf(line), []);
        }
    });

    it("removes the stack", async () => {
        await reader.follow("pulumi destroy --stack staging", project);
        assert.deepEqual(await meshObjects(cluster), []);
    });

    it("runs both stacks on this machine, from nothing to nothing", async () => {
        await removeAll();
        const checkout = join(folder, "local");
        copyProject(checkout);
        try {
            for (const { text } of linesTo("local")) {
                const result = await reader.type(text, checkout);
                assert.equal(result.code, 0, `${text}\n${output(result).slice(-3000)}`);
            }
        } finally {
            await reader.type("npm run local -- down", checkout);
        }
    });
});
