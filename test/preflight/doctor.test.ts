import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { reader } from "../../kube/read";
import { localPaths } from "../../process/paths";
import { datastoreFindings } from "../../preflight/doctor/datastore";
import { imageFindings } from "../../preflight/doctor/images";
import { fits } from "../../preflight/doctor/passphrase";
import { helmFor } from "../../preflight/doctor";
import { prerequisites } from "../../preflight/prerequisites";
import { pulumiFindings } from "../../preflight/doctor/pulumi";
import { secretFindings } from "../../preflight/doctor/secrets";
import type { CheckFinding } from "../../preflight/report";
import { StackFile } from "../../engine/stackFile";
import { fakeApi, type FakeAnswer } from "../support/apiServer";
import { facts, node, stackOf } from "../support/clusterFacts";
import { withFolder, writeScript } from "../support/temporary";

const told = (findings: readonly CheckFinding[]) =>
    findings.map(({ status, name, detail, fix }) => `${status} ${name}: ${detail} ${fix ?? ""}`).join("\n");

/** Written by `pulumi stack init` with the passphrase `abc`. */
const SALT = "v1:dW9Vf0N63dw=:v1:xQlVrcbJFJvLn+Td:yqD9ii/K72UNla7p/YTPhL5ObHohmg==";

describe("Check of the passphrase", () => {
    it("tells the right one from a wrong one, as the CLI made it", () => {
        assert.equal(fits("abc", SALT), true);
        assert.equal(fits("abd", SALT), false);
    });

    it("leaves other forms alone", () => {
        assert.equal(fits("abc", "v2:whatever"), undefined);
    });
});

describe("Check of Secrets", () => {
    const path = "/api/v1/namespaces/spire/secrets/spire-datastore";
    const namespace = { "/api/v1/namespaces/spire": {} };

    const findingsWith = async (answers: Record<string, FakeAnswer>) => {
        const { settings } = await stackOf("prod");
        const all = await secretFindings(reader(fakeApi(answers).send), settings);
        return told(all.filter(({ name }) => name.includes("spire-datastore")));
    };

    it("passes one that has its keys", async () => {
        const data = { password: "x", "ca.crt": "x" };
        assert.match(
            await findingsWith({ [path]: { data } }),
            /^ok .*as spire\.server\.datastore\.secret\.name names it/,
        );
    });

    it("fails at one that lacks a key, and at one that is not there, with the command", async () => {
        assert.match(
            await findingsWith({ [path]: { data: { password: "x" } } }),
            /^fail .*lacks ca\.crt \(its keys: password\)/,
        );
        assert.match(
            await findingsWith(namespace),
            /^fail .*does not exist kubectl --namespace spire create secret generic spire-datastore --from-file=password=<file>/,
        );
    });

    it("only warns before the first update, and where it lacks the permission", async () => {
        assert.match(await findingsWith({}), /^warn .*the first update creates its namespace/);
        assert.match(await findingsWith({ [path]: 403 }), /^skip/);
    });
});

describe("Check of SPIRE's database", () => {
    it("looks for the Service that the host names", async () => {
        const { settings } = await stackOf("prod");
        const found = { "/api/v1/namespaces/databases/services/spire-postgres-rw": {} };
        assert.match(told(await datastoreFindings(reader(fakeApi(found).send), settings)), /^ok /);
        const text = told(await datastoreFindings(reader(fakeApi({}).send), settings));
        assert.match(text, /^fail .*there is no Service databases\/spire-postgres-rw/);
    });

    it("has nothing to do with SQLite", async () => {
        const { settings } = await stackOf("staging");
        assert.deepEqual(await datastoreFindings(reader(fakeApi({}).send), settings), []);
    });
});

describe("Check of images", () => {
    const kind = { providerID: "kind://x" };

    it("finds a local one on the nodes", async () => {
        const { plan } = await stackOf("staging");
        const nodes = [node("n", { ...kind, images: ["docker.io/library/x0tta6bl4:3.4.0"] })];
        assert.match(told(imageFindings(facts({ nodes }), plan)), /ok Image x0tta6bl4:3\.4\.0: on the nodes/);
    });

    it("says how to load one that no node has, and which registries the others come from", async () => {
        const { plan } = await stackOf("staging");
        const text = told(imageFindings(facts({ nodes: [node("n", kind)] }), plan));
        assert.match(text, /warn Image x0tta6bl4:3\.4\.0: .*kind load docker-image x0tta6bl4:3\.4\.0/);
        assert.match(text, /ok Images: pulled from .*ghcr\.io/);
    });
});

describe("Check of helm", () => {
    const withHelm = (charts: readonly string[], path: string) =>
        prerequisites([helmFor({ objects: [], charts, claims: [], csiDrivers: [], images: [] })], { PATH: path });

    it("fails without helm where the stack has a chart, since the policy pack stops the update, and says how to get it", async () => {
        const text = told(await withHelm(["monitoring"], "/nowhere"));
        assert.match(text, /fail helm: not found on PATH .*helm-release-render stops an update/);
        assert.match(text, /get it: (https:\/\/helm\.sh|brew install helm)/);
    });

    it("only warns where the stack has no chart", async () => {
        assert.match(told(await withHelm([], "/nowhere")), /warn helm: not found on PATH/);
    });
});

describe("Check of Pulumi", () => {
    /** Findings with a fake CLI. */
    async function findingsWith(script: string, env: NodeJS.ProcessEnv, file = "config: {}\n"): Promise<string> {
        let text = "";
        await withFolder(async (folder) => {
            await writeScript(join(folder, "bin", "pulumi"), script);
            writeFileSync(join(folder, "stack.yaml"), file);
            writeFileSync(join(folder, "package.json"), '{"dependencies":{"@pulumi/kubernetes":"4.34.2"}}');
            const surroundings = {
                paths: localPaths(folder),
                env: { ...env, PATH: `${join(folder, "bin")}:/bin:/usr/bin` },
            };
            const stackFile = StackFile.open(folder, "staging", join(folder, "stack.yaml"));
            text = told(await pulumiFindings("staging", stackFile, surroundings));
        });
        return text;
    }

    const cli = (stacks: string) => `case "$1" in
        whoami) echo '{"user":"me","url":"file:///s"}';;
        stack) echo '${stacks}';;
        plugin) echo '[{"name":"kubernetes","version":"4.34.2"}]';;
    esac`;
    const there = cli('[{"name":"organization/x0tta6bl4/staging"}]');

    it("says how to log in", async () => {
        const text = await findingsWith('echo "error: PULUMI_ACCESS_TOKEN must be set for login" >&2; exit 255', {});
        assert.match(text, /^fail Backend: PULUMI_ACCESS_TOKEN must be set .*pulumi login --local/);
    });

    it("finds backend, stack and plugins, and tells those that are missing", async () => {
        const text = await findingsWith(there, { PULUMI_CONFIG_PASSPHRASE: "abc" });
        assert.match(text, /ok Backend: file:\/\/\/s as me/);
        assert.match(text, /ok Stack: staging exists/);
        assert.match(text, /ok Passphrase: set/);
        assert.match(text, /warn Plugins: random\s+not installed/);
    });

    it("fails at a stack that is not there or is being updated", async () => {
        assert.match(
            await findingsWith(cli("[]"), {}),
            /fail Stack: the backend has no stack staging pulumi stack init/,
        );
        const busy = cli('[{"name":"staging","updateInProgress":true}]');
        assert.match(
            await findingsWith(busy, {}),
            /fail Stack: another update of staging is running, or one was interrupted .*npx x0 recover/,
        );
    });

    it("fails at a missing and at a wrong passphrase, and never shows it", async () => {
        const file = `encryptionsalt: ${SALT}\nconfig: {}\n`;
        assert.match(await findingsWith(there, {}, file), /fail Passphrase: not set/);
        const wrong = await findingsWith(there, { PULUMI_CONFIG_PASSPHRASE: "hunter2" }, file);
        assert.match(wrong, /fail Passphrase: not the one that the stack is encrypted with/);
        assert.ok(!wrong.includes("hunter2"));
        assert.match(await findingsWith(there, { PULUMI_CONFIG_PASSPHRASE: "abc" }, file), /ok Passphrase: the one/);
    });

    it("requires no passphrase if another provider stores the key", async () => {
        const file = "secretsprovider: awskms://alias/x?region=eu\nconfig: {}\n";
        assert.match(await findingsWith(there, {}, file), /ok Passphrase: none: awskms:\/\/alias\/x keeps the key/);
    });
});
