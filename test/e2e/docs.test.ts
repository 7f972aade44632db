import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { run, type RunResult } from "../../local/process";
import type { Workspace } from "../../local/workspace";
import { output, paths, removeAll, workspace } from "./support/embedded";
import { clients, meshObjects } from "./support/objects";
import { copyProject } from "./support/project";

/** What stands for a person at the keyboard: who says yes, and has the packages installed already. */
const READER = `
set -euo pipefail
pulumi() {
    case "$1" in
        up | destroy | import | refresh) command pulumi "$@" --yes --non-interactive --color never ;;
        *) command pulumi "$@" --non-interactive --color never ;;
    esac
}
npm() { if [ "$1" = ci ]; then command npm run --silent build -w policy; else command npm "$@"; fi; }
`;

describe("A reader who follows the documents on the embedded cluster", () => {
    let space: Workspace;
    const folder = mkdtempSync(join(tmpdir(), "x0tta6bl4-reader-"));
    const project = join(folder, "project");
    /** Variables that earlier blocks set. */
    const exported: string[] = [];

    before(async () => {
        await removeAll();
        space = await workspace("staging");
        mkdirSync(join(folder, "home"));
        copyProject(project);
    });

    after(async () => {
        rmSync(folder, { recursive: true });
        await removeAll();
    });

    /** The first `sh` block after a text of a page. */
    function block(page: string, after: string): string {
        const text = readFileSync(join(paths.checkout, page), "utf8");
        const from = text.indexOf(after);
        assert.ok(from >= 0, `${page} has no "${after}"`);
        return /^```sh\n([^]*?)^```/m.exec(text.slice(from))?.[1] ?? "";
    }

    /** Runs a block as it stands, but for the context's name and the places of files. */
    async function follow(text: string, cwd = project): Promise<RunResult> {
        assert.notEqual(text, "");
        const script = text
            .replaceAll(/\bNAME\b/g, space.cluster.context)
            .replaceAll("/tmp/", `${folder}/`)
            // The home of whoever runs the tests stays as it is.
            .replaceAll("pulumi login --local", `pulumi login file://${join(folder, "home")}`);
        const result = await run("bash", ["-c", `${READER}\n${exported.join("\n")}\n${script}`], {
            cwd,
            env: {
                ...space.env,
                HOME: join(folder, "home"),
                PULUMI_BACKEND_URL: undefined,
                PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
            },
            allowExit: true,
            timeoutMs: 600_000,
            logFile: join(paths.logs, "reader.log"),
        });
        assert.equal(result.code, 0, output(result).slice(-3000));
        exported.push(...script.split("\n").filter((line) => line.startsWith("export ")));
        return result;
    }

    it("starts a stack in a file backend from nothing", async () => {
        const fresh = join(folder, "fresh");
        copyProject(fresh);
        const result = await follow(block("docs/backends.md", "File, from nothing to a stack:"), fresh);
        assert.match(result.stdout, /staging/);
        exported.length = 0;
    });

    it("deploys and checks a stack", async () => {
        // The official source of the chart may be out of reach; what the stack file's copy says is the same for both.
        const file = parseDocument(readFileSync(space.configFile, "utf8"));
        file.deleteIn(["config", "x0tta6bl4:cluster"]);
        file.delete("encryptionsalt");
        writeFileSync(join(project, "Pulumi.staging.yaml"), file.toString());
        const result = await follow(block("README.md", "## Deploy to a cluster"));
        assert.match(output(result), /passed/);
    });

    it("updates it as the upgrade guide says", async () => {
        await follow(block("docs/upgrade.md", "# Upgrades"));
    });

    it("finds no drift", async () => {
        await follow(block("docs/pipeline.md", "## Drift"));
    });

    it("moves it to another backend, where nothing changes", async () => {
        await follow(block("docs/backends.md", "### Move a stack to another backend"));
        const listed = await follow("pulumi stack ls");
        assert.match(listed.stdout, /staging/);
    });

    it("removes the stack", async () => {
        await follow("pulumi destroy --stack staging");
        assert.deepEqual(await meshObjects(clients(space.cluster)), []);
    });
});
