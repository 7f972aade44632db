import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localPaths } from "../../process/paths";
import { run } from "../../process/run";
import { separatePaths } from "../support/paths";
import { output } from "./support/embedded";
import { offlinePulumi, type OfflinePulumi } from "./support/offline";

const paths = separatePaths(localPaths(), "package");

/** The folder to which npm installs the pack. */
const PACK = "node_modules/x0tta6bl4-policy";

describe("the policy pack in another project", () => {
    let cli: OfflinePulumi;
    let project: string;
    let full: { code: number; text: string };

    /** Runs npm in the project. */
    const npm = (cwd: string, ...args: string[]) =>
        run("npm", [...args, "--no-audit", "--no-fund", "--prefer-offline"], {
            cwd,
            logFile: join(paths.logs, "npm.log"),
            timeoutMs: 300_000,
        });
    /** Previews the project with the pack. */
    const preview = async (...flags: string[]): Promise<{ code: number; text: string }> => {
        const result = await cli.pulumi(project, ["preview", "--stack", "dev", "--policy-pack", PACK, ...flags], {
            X0TTA6BL4_POLICY_SHOW: "all",
        });
        return { code: result.code, text: output(result) };
    };
    /** Output about the findings of a rule: the two lines below the line that names it. */
    const findings = (text: string, rule: string): string[] => {
        const lines = text.split("\n");
        return lines.flatMap((line, index) =>
            line.includes(`  ${rule}  (`) ? [lines.slice(index + 1, index + 3).join("\n")] : [],
        );
    };

    before(async () => {
        cli = await offlinePulumi(paths);
        project = await mkdtemp(join(tmpdir(), "policy-package-"));
        await cp(join(__dirname, "fixtures", "shop"), project, { recursive: true });
        await npm(join(paths.checkout, "policy"), "pack", "--pack-destination", project);
        const [file] = (await readdir(project)).filter((name) => name.endsWith(".tgz"));
        const { dependencies } = JSON.parse(await readFile(join(paths.checkout, "package.json"), "utf8")) as {
            dependencies: Record<string, string>;
        };
        const sdk = `@pulumi/kubernetes@${dependencies["@pulumi/kubernetes"] ?? ""}`;
        await npm(project, "install", sdk, `./${file ?? ""}`);
        await cli.pulumi(project, ["stack", "init", "dev"]);
        full = await preview();
    });

    after(async () => {
        await rm(project, { recursive: true, force: true });
        await rm(paths.root, { recursive: true, force: true });
    });

    it("finds what is wrong with the program's workloads, and stops the preview", () => {
        const { code, text } = full;
        assert.notEqual(code, 0);
        assert.match(
            findings(text, "host-namespaces")[0] ?? "",
            /Deployment shop\/web: spec\.template\.spec\.hostNetwork is true\. Remove it\./,
        );
        assert.match(
            findings(text, "image-tag")[0] ?? "",
            /container "api" \(spec\.template\.spec\.containers\[0\]\.image\) has no tag/,
        );
        assert.equal(findings(text, "default-deny-network-policy").length, 4, "two namespaces, two directions");
    });

    it("finds what is wrong inside a Helm release, by the template, and prints no secret", () => {
        const { text } = full;
        assert.match(
            findings(text, "privileged")[0] ?? "",
            /DaemonSet ops\/agent \(Release ops\/agent, template agent\/templates\/daemonset\.yaml\): container "agent" .* is true/,
        );
        assert.match(
            findings(text, "plaintext-secret")[0] ?? "",
            /env\[0\]\.value\) looks like a secret in plain text/,
        );
        assert.doesNotMatch(text, /s3cret-text/);
    });

    it("says what it cannot judge yet: unknown values of a release, a chart without objects", () => {
        const { text } = full;
        assert.match(
            findings(text, "helm-release-render").join(),
            /Release ops\/later: cannot be evaluated completely until the update knows values\.token\./,
        );
        assert.match(
            findings(text, "chart-children").join(),
            /Chart empty: has no objects, so nothing in it was evaluated/,
        );
    });

    it("runs a preset alone", async () => {
        const { text } = await preview("--policy-pack-config", `${PACK}/config/presets/pss-baseline.json`);
        assert.equal(findings(text, "host-namespaces").length, 1);
        assert.equal(findings(text, "privileged").length, 1);
        for (const rule of ["image-tag", "run-as-non-root", "default-deny-network-policy"]) {
            assert.deepEqual(findings(text, rule), [], rule);
        }
    });

    it("checks rendered manifests by the same rules", async () => {
        const rendered = await run(cli.helm, ["template", "agent", "charts/agent", "--set", "privileged=true"], {
            cwd: project,
        });
        const result = await run(
            join(project, "node_modules", ".bin", "x0tta6bl4-policy"),
            ["--rules", "privileged", "-"],
            {
                cwd: project,
                input: rendered.stdout,
                allowExit: true,
            },
        );
        assert.equal(result.code, 1);
        assert.match(result.stdout, /^-:\d+: mandatory \S+ privileged: DaemonSet agent: container "agent"/);
    });
});
