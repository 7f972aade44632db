import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { resolveImages } from "../../cli/images/resolve";
import { writeSbom } from "../../cli/images/sbom";
import { StackFile } from "../../engine/stackFile";
import { valueOf } from "../../images/stackImages";
import { previewComment } from "../../pipeline/markdown";
import { previewReport } from "../../pipeline/preview";
import { stackImages } from "../../pipeline/images";
import { localPaths } from "../../process/paths";
import { ensureTools } from "../../tools";
import { pushImage, startRegistry, type TestRegistry } from "../images/registry/server";
import { progress } from "./support/embedded";
import { packChart, useChart } from "./support/monitoringChart";
import { copyProject, git } from "./support/project";
import { setSetting } from "./support/settings";

const STACKS = ["staging", "prod"] as const;

describe("Images of both stacks, at a registry of this machine", () => {
    const folder = mkdtempSync(join(tmpdir(), "x0tta6bl4-images-"));
    const paths = localPaths(folder);
    const context = { paths, terminal: { columns: 120, colour: false, interactive: false }, env: {} };
    const fileOf = (stack: string) => join(folder, `Pulumi.${stack}.yaml`);
    let registry: TestRegistry | undefined;
    let helm: string | undefined;

    before(async () => {
        const tools = await ensureTools(["helm", "crane"], progress);
        helm = process.env.X0TTA6BL4_HELM;
        process.env.X0TTA6BL4_HELM = tools.helm.path;
        registry = await startRegistry(tools.crane.path);
        copyProject(folder);
        const chart = await packChart(tools.helm.path, "images");
        for (const stack of STACKS) {
            useChart(fileOf(stack), chart);
            setSetting(fileOf(stack), "mesh.image.repository", `${registry.host}/team/x0tta6bl4`);
            setSetting(fileOf(stack), "spire.images.registry", `${registry.host}/mirror`);
            setSetting(fileOf(stack), "monitoring.images.registry", `${registry.host}/charts`);
        }
        // The registry has no such image.
        setSetting(fileOf("prod"), "spire.images.csiDriver.tag", "0.2.99");
        git(folder, "commit", "--quiet", "--all", "--message", "images of the registry");
    });

    after(async () => {
        if (helm === undefined) {
            delete process.env.X0TTA6BL4_HELM;
        } else {
            process.env.X0TTA6BL4_HELM = helm;
        }
        await registry?.close();
        rmSync(folder, { recursive: true, force: true });
    });

    /** Puts the images of a stack into the registry. @returns their digests by setting. */
    async function push(stack: string, except: string): Promise<Map<string, string>> {
        const { after: found } = await stackImages(stack, undefined, progress, folder);
        assert.deepEqual(found.notes, []);
        assert.ok(found.images.length > 10, `${found.images.length}`);
        const digests = new Map<string, string>();
        for (const { registry: host, repository, tag = "", setting } of found.images) {
            assert.equal(host, registry?.host);
            if (setting?.digest !== undefined && setting.digest !== except) {
                digests.set(setting.digest, (await pushImage(host, repository, tag)).digest);
            }
        }
        return digests;
    }

    /** Runs the command. @returns its exit code and what it printed. */
    async function resolveAll(stack: string): Promise<readonly [code: number, output: string]> {
        const lines: string[] = [];
        const { log } = console;
        console.log = (line: string) => lines.push(line);
        try {
            return [await resolveImages({ stack, write: true }, context), lines.join("\n")];
        } finally {
            console.log = log;
        }
    }

    /** Digests in a stack file by setting. */
    function written(stack: string, settings: Iterable<string>): Map<string, unknown> {
        const { config } = StackFile.open(folder, stack);
        return new Map([...settings].map((setting) => [setting, valueOf(config, setting)]));
    }

    it("are pinned by the digests of their indexes, those of the chart included; one that is missing is a fault", async () => {
        const before = readFileSync(fileOf("staging"), "utf8");
        const digests = await push("staging", "mesh.image.digest");
        const [code, output] = await resolveAll("staging");
        assert.equal(code, 1);
        assert.match(output, new RegExp(`^${digests.size} digests of staging to set, 0 up to date\n`));
        assert.match(output, /wrong {2}\S+x0tta6bl4:3\.4\.0: \S+ has no team\/x0tta6bl4:3\.4\.0 \(status 404/);
        assert.deepEqual(written("staging", digests.keys()), digests);
        assert.equal(written("staging", ["mesh.image.digest"]).get("mesh.image.digest"), undefined);
        const file = join(folder, "sbom.cdx.json");
        assert.equal(await writeSbom({ stack: "staging", output: file }, context), 0);
        const { components } = z
            .object({ components: z.array(z.object({ name: z.string(), purl: z.string().optional() })) })
            .parse(JSON.parse(readFileSync(file, "utf8")));
        assert.equal(components.length, digests.size + 1);
        assert.deepEqual(
            components.filter(({ purl }) => purl === undefined).map(({ name }) => name),
            [`${registry?.host ?? ""}/team/x0tta6bl4`],
        );
        const comments = (text: string) => text.split("\n").filter((line) => line.includes("#"));
        assert.deepEqual(comments(readFileSync(fileOf("staging"), "utf8")), comments(before));
    });

    it("meet the rule image-digest of prod then, and the comment shows them beside what a change costs", async () => {
        const digests = await push("prod", "spire.images.csiDriver.digest");
        assert.equal((await resolveAll("prod"))[0], 1);
        assert.deepEqual(written("prod", digests.keys()), digests);
        const rules = join(folder, "policy", "config", "prod.json");
        const mandatory = readFileSync(rules, "utf8").replace(
            '"image-digest": "advisory"',
            '"image-digest": "mandatory"',
        );
        writeFileSync(rules, mandatory);
        setSetting(fileOf("prod"), "mesh.resources.requests.memory", "6Gi");
        setSetting(fileOf("prod"), "mesh.resources.limits.memory", "6Gi");
        const report = await previewReport("prod", "HEAD", progress, folder);
        assert.deepEqual(report.errors, []);
        // The one that the registry does not have.
        assert.deepEqual(
            report.findings
                .filter(({ rule }) => rule === "image-digest")
                .map(({ level, object, container }) => [level, object, container]),
            [["mandatory", "DaemonSet spire-system/spiffe-csi-driver", "spiffe-csi-driver"]],
        );
        const comment = previewComment([report], "", "");
        assert.match(comment, new RegExp(`\\*\\*prod: ${digests.size} images changed\\*\\*`));
        assert.match(comment, /! mesh\.image\.digest\n- {3}\S+x0tta6bl4:3\.4\.0\n\+ {3}\S+x0tta6bl4:3\.4\.0@sha256:/);
        assert.match(comment, /\*\*prod: estimated monthly cost increases by/);
    });
});
