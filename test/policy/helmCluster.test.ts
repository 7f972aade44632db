import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { AnalyzerProviderResource } from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { policyPack } from "../../policy/pack";
import { RULES } from "../../policy/rules";
import { discovery, type Kinds } from "../support/discovery";
import { closedPort, https, tcp, type LocalServer } from "../support/localServer";
import { analyze, analyzeRequest, secret, type Props } from "./analyzer";
import { UNKNOWN } from "./fixtures";

const HELM = process.env.X0TTA6BL4_HELM ?? "";
const TYPE = "kubernetes:helm.sh/v3:Release";
const TOKEN = "t0ken-of-the-cluster";

/** A pod whose name shows the input of its chart. */
const TEMPLATE = `apiVersion: v1
kind: Pod
metadata: { name: CONDITION }
spec: { containers: [{ name: app, image: "app:1.0.0", securityContext: { privileged: true } }] }
`;

const has = (version: string) => `{{ if .Capabilities.APIVersions.Has "${version}" }}there{{ else }}absent{{ end }}`;

describe(`Helm releases for a cluster${HELM === "" ? " (skipped: X0TTA6BL4_HELM names no helm)" : ""}`, () => {
    let folder: string;
    const servers: LocalServer[] = [];
    before(function () {
        if (HELM === "") {
            this.skip();
        }
    });
    beforeEach(() => {
        folder = mkdtempSync(path.join(tmpdir(), "policy-cluster-test-"));
    });
    afterEach(async () => {
        rmSync(folder, { recursive: true });
        await Promise.all(servers.splice(0).map((server) => server.close()));
    });

    const write = (name: string, text: string): string => {
        const file = path.join(folder, name);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, text);
        return file;
    };

    let charts = 0;

    /** A chart with one pod, named by a template, and other files. Each has a path of its own: renderings are cached. */
    const chart = (condition: string, files: Readonly<Record<string, string>>): string => {
        const name = `chart${charts++}`;
        write(`${name}/Chart.yaml`, "apiVersion: v2\nname: probed\nversion: 1.0.0\n");
        write(`${name}/templates/pod.yaml`, TEMPLATE.replace("CONDITION", condition));
        for (const [file, text] of Object.entries(files)) {
            write(`${name}/${file}`, text);
        }
        return path.join(folder, name);
    };

    const cluster = async (
        version: string,
        kinds: Kinds,
        seen?: (at: string, authorization: string) => void,
    ): Promise<string> => {
        const server = await https(discovery(version, kinds, seen));
        servers.push(server);
        return kubeconfig(server.port);
    };

    const kubeconfig = (port: number, user: object = { token: TOKEN }): string =>
        JSON.stringify({
            apiVersion: "v1",
            kind: "Config",
            clusters: [
                { name: "c", cluster: { server: `https://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } },
            ],
            users: [{ name: "u", user }],
            contexts: [{ name: "target", context: { cluster: "c", user: "u" } }],
        });

    /** Evaluates a release of a chart with the properties of its provider. */
    const judge = async (
        condition: string,
        provider: Props,
        inputs: Props = {},
        files: Readonly<Record<string, string>> = {},
    ): Promise<string[]> => {
        const { policies } = policyPack(RULES, []);
        const request = analyzeRequest(TYPE, "web", {
            name: "web",
            namespace: "shop",
            chart: chart(condition, files),
            ...inputs,
        });
        request.setProvider(
            new AnalyzerProviderResource()
                .setType("pulumi:providers:kubernetes")
                .setUrn("urn:pulumi:staging::x0tta6bl4::pulumi:providers:kubernetes::cluster")
                .setName("cluster")
                .setProperties(Struct.fromJavaScript(provider)),
        );
        const chosen = policies.filter(({ name }) => ["privileged", "helm-release-render"].includes(name));
        return (await analyze(chosen, request)).map(({ level, message }) => `${level}: ${message}`);
    };

    it("receive its version and its APIs, and no others", async () => {
        const text = await cluster("v1.31.7", { "policy/v1": ["PodDisruptionBudget"], "example.com/v2": ["Widget"] });
        const name = (condition: string) => judge(condition, { kubeconfig: secret(text), context: "target" });
        for (const [condition, expected] of [
            ["v{{ .Capabilities.KubeVersion.Minor }}", "v31"],
            [has("policy/v1/PodDisruptionBudget"), "there"],
            [has("example.com/v2/Widget"), "there"],
            // This is Helm's default.
            [has("policy/v1beta1"), "absent"],
        ] as const) {
            const found = await name(condition);
            assert.equal(found.length, 1, found.join("\n"));
            assert.match(found[0] ?? "", new RegExp(`^mandatory: .*\\nPod shop/${expected} `));
        }
    });

    it("receive the kinds that their own chart defines, as in the update", async () => {
        const text = await cluster("v1.31.7", { "policy/v1": ["PodDisruptionBudget"] });
        const definition = {
            apiVersion: "apiextensions.k8s.io/v1",
            kind: "CustomResourceDefinition",
            metadata: { name: "gadgets.example.com" },
            spec: { group: "example.com", names: { kind: "Gadget" }, versions: [{ name: "v1" }] },
        };
        const files = { "crds/gadget.yaml": JSON.stringify(definition) };
        const provider = { kubeconfig: text, context: "target" };
        const [found] = await judge(
            `${has("example.com/v1/Gadget")}-v{{ .Capabilities.KubeVersion.Minor }}`,
            provider,
            {},
            files,
        );
        assert.match(found ?? "", /Pod shop\/there-v31 /);
        const [without] = await judge(`${has("example.com/v1/Gadget")}-b`, provider, { skipCrds: true }, files);
        assert.match(without ?? "", /Pod shop\/absent-b /);
    });

    it("read the kubeconfig as a file, or as text that stays in a private file and out of messages", async () => {
        const asked = new Set<string>();
        const text = await cluster("v1.30.2", {}, (_path, authorization) => asked.add(authorization));
        // A folder of its own for temporary files: other suites render charts at the same time.
        const temporary = path.join(folder, "temporary");
        mkdirSync(temporary);
        const inherited = process.env.TMPDIR;
        process.env.TMPDIR = temporary;
        try {
            const minor = "file-v{{ .Capabilities.KubeVersion.Minor }}";
            const [found] = await judge(minor, { kubeconfig: write("kubeconfig", text), context: "target" });
            assert.match(found ?? "", /Pod shop\/file-v30 /);
        } finally {
            if (inherited === undefined) {
                delete process.env.TMPDIR;
            } else {
                process.env.TMPDIR = inherited;
            }
        }
        assert.deepEqual([...asked], [`Bearer ${TOKEN}`]);
        assert.deepEqual(readdirSync(temporary), []);
    });

    it("have hooks, and what a post-renderer makes of them", async () => {
        const text = await cluster("v1.30.2", {});
        const hook = TEMPLATE.replace("CONDITION", "hook, annotations: { helm.sh/hook: pre-install }");
        const script = write("post.sh", "#!/bin/sh\nsed 's/plain/changed/'\n");
        chmodSync(script, 0o755);
        const found = await judge(
            "plain",
            { kubeconfig: text, context: "target" },
            { postrender: script },
            { "templates/hook.yaml": hook },
        );
        assert.deepEqual(found.map((message) => /Pod shop\/(\w+)/.exec(message)?.[1]).sort(), ["changed", "hook"]);
    });

    it("take the provider's namespace", async () => {
        const text = await cluster("v1.30.2", {});
        const [found] = await judge("a", { kubeconfig: text, context: "target", namespace: "team" }, { namespace: "" });
        assert.match(found ?? "", /Pod team\/a \(Release team\/web,/);
    });

    const fallsBack = async (provider: Props, reason: RegExp, inputs: Props = {}): Promise<void> => {
        const found = await judge(`offline-${has("policy/v1beta1")}`, provider, inputs);
        assert.equal(found.length, 2, found.join("\n"));
        const advice = found.find((message) => message.startsWith("advisory"));
        const violation = found.find((message) => message.startsWith("mandatory"));
        assert.match(violation ?? "", /Pod shop\/offline-there /);
        assert.match(advice ?? "", /Release shop\/web: chart is rendered for .* that helm assumes, .*cluster/);
        assert.match(advice ?? "", reason);
        assert.doesNotMatch(found.join("\n"), new RegExp(TOKEN));
    };

    it("are rendered without it if it is unreachable, and state why", async () => {
        const gone = kubeconfig(await closedPort());
        await fallsBack({ kubeconfig: gone, context: "target" }, /The API server cannot be reached\.$/);
        await fallsBack({ kubeconfig: gone, context: "none" }, /The kubeconfig has no such context\.$/);
        await fallsBack({ kubeconfig: `{"users": "${TOKEN}` }, /Helm cannot use the kubeconfig\.$/);
        const plugin = {
            exec: { apiVersion: "client.authentication.k8s.io/v1", command: `/${TOKEN}`, interactiveMode: "Never" },
        };
        await fallsBack({ kubeconfig: kubeconfig(1, plugin), context: "target" }, /The credential plugin failed\.$/);
        await fallsBack({ kubeconfig: UNKNOWN }, /The provider's kubeconfig is known only during the update\.$/);
        await fallsBack({ kubeconfig: gone, cluster: "c" }, /by its property cluster, which helm cannot/);
        await fallsBack({ renderYamlToDirectory: "out" }, /writes files/);
    });

    it("are not waited for longer than 10 seconds", async () => {
        const silent = await tcp(() => undefined);
        servers.push(silent);
        const start = Date.now();
        await fallsBack({ kubeconfig: kubeconfig(silent.port), context: "target" }, /did not answer within 10 seconds/);
        assert.ok(Date.now() - start < 20_000, `${Date.now() - start} ms`);
    }).timeout(60_000);

    it("are not queried if the user states what to assume", async () => {
        process.env.X0TTA6BL4_KUBE_VERSION = "v1.29.0";
        try {
            const provider = { kubeconfig: kubeconfig(await closedPort()), context: "target" };
            const [found, ...others] = await judge("said-v{{ .Capabilities.KubeVersion.Minor }}", provider);
            assert.match(found ?? "", /Pod shop\/said-v29 /);
            assert.deepEqual(others, []);
        } finally {
            delete process.env.X0TTA6BL4_KUBE_VERSION;
        }
    });
});
