import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Policies } from "@pulumi/policy";
import { policyPack } from "../../policy/pack";
import type { Exception } from "../../policy/engine/exception";
import { RULES } from "../../policy/rules";
import { analyze, analyzeRequest, secret, type Diagnostic, type Props } from "./analyzer";
import { UNKNOWN } from "./fixtures";

/** What a chart with one privileged DaemonSet renders to. */
const RENDERED = `---
# Source: agent/templates/daemonset.yaml
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: agent
spec:
  selector: { matchLabels: { app: agent } }
  template:
    metadata: { labels: { app: agent } }
    spec:
      containers: [{ name: agent, image: "app:1.0.0", securityContext: { privileged: true } }]
---
# Source: agent/templates/empty.yaml
`;

const TYPE = "kubernetes:helm.sh/v3:Release";

describe("Helm releases", () => {
    let folder: string;
    const before_ = process.env.X0TTA6BL4_HELM;
    beforeEach(() => {
        folder = mkdtempSync(path.join(tmpdir(), "policy-helm-test-"));
    });
    afterEach(() => {
        rmSync(folder, { recursive: true });
        if (before_ === undefined) {
            delete process.env.X0TTA6BL4_HELM;
        } else {
            process.env.X0TTA6BL4_HELM = before_;
        }
    });

    /** Replaces helm with a fake that records its arguments and its input. */
    const standIn = (ending: string): void => {
        const program = path.join(folder, "helm");
        const note = `echo "$@" >> ${folder}/arguments; cat >> ${folder}/input`;
        writeFileSync(path.join(folder, "output"), RENDERED);
        writeFileSync(program, `#!/bin/sh\n${note}\n${ending.replace("OUTPUT", `cat ${folder}/output`)}\n`);
        chmodSync(program, 0o755);
        process.env.X0TTA6BL4_HELM = program;
    };
    const noted = (what: "arguments" | "input"): string => readFileSync(path.join(folder, what), "utf8");

    const judge = async (
        props: Props,
        ids: readonly string[],
        exceptions: readonly Exception[] = [],
    ): Promise<Diagnostic[]> => {
        const { policies } = policyPack(RULES, exceptions);
        const chosen: Policies = policies.filter(({ name }) => ids.includes(name));
        return analyze(chosen, analyzeRequest(TYPE, "agent", props));
    };
    /** Inputs of a release; the folder makes them differ from those of other tests, which are cached. */
    const release = (more: Props = {}): Props => ({
        name: "agent",
        namespace: "ops",
        chart: `${folder}/chart`,
        ...more,
    });

    it("are evaluated object by object, and each is named with its template", async () => {
        standIn("OUTPUT");
        const found = await judge(release(), ["privileged", "helm-release-render"]);
        assert.deepEqual(
            found.map(({ policy, level }) => [policy, level]),
            [["privileged", "mandatory"]],
        );
        assert.match(
            found[0]?.message ?? "",
            /\nDaemonSet ops\/agent \(Release ops\/agent, template agent\/templates\/daemonset\.yaml\): container "agent" /,
        );
    });

    it("are rendered once for all rules", async () => {
        standIn("OUTPUT");
        await judge(
            release(),
            RULES.map(({ id }) => id),
        );
        assert.equal(noted("arguments").trim().split("\n").length, 1);
    });

    it("pass values by standard input and credentials by file", async () => {
        standIn("OUTPUT");
        await judge(
            release({
                values: { token: secret("s3cret-value"), gone: null },
                version: "1.2.3",
                repositoryOpts: { repo: "https://charts.example", username: "me", password: secret("s3cret-word") },
            }),
            ["privileged"],
        );
        assert.doesNotMatch(noted("arguments"), /s3cret/);
        assert.match(
            noted("arguments"),
            /repo update .*\n.*template --namespace ops .*--version 1\.2\.3 .*--values - .*-- agent policy\//,
        );
        assert.equal(noted("input"), '{"token":"s3cret-value"}');
    });

    it("remove defaults of the chart by null values only where these are allowed", async () => {
        standIn("OUTPUT");
        const values = { gone: null, deep: { gone: null, kept: 1 }, list: [null, 2] };
        await judge(release({ values }), ["privileged"]);
        await judge(release({ values, allowNullValues: true }), ["privileged"]);
        assert.equal(
            noted("input"),
            '{"deep":{"kept":1},"list":[2]}{"deep":{"gone":null,"kept":1},"gone":null,"list":[null,2]}',
        );
    });

    /** Arguments of the last call of helm for a release. */
    const argumentsFor = async (more: Props): Promise<string> => {
        standIn("OUTPUT");
        await judge(release(more), ["privileged"]);
        return noted("arguments").trim().split("\n").at(-1) ?? "";
    };

    it("pass on the files of certificates of a repository", async () => {
        const files = { caFile: "/ca.pem", certFile: "/cert.pem", keyFile: "/key.pem" };
        const tls = "--ca-file /ca.pem --cert-file /cert.pem --key-file /key.pem";
        assert.match(
            await argumentsFor({ repositoryOpts: { repo: "https://charts.example", ...files } }),
            new RegExp(`--repo https://charts.example ${tls} --`),
        );
        assert.match(await argumentsFor({ chart: "oci://charts.example/a", repositoryOpts: files }), new RegExp(tls));
        const login = { username: "me", password: secret("s3cret-word") };
        assert.match(
            await argumentsFor({ chart: "oci://charts.example/b", repositoryOpts: { ...files, ...login } }),
            new RegExp(`--registry-config \\S+ ${tls}`),
        );
    });

    it("pass on the files of certificates of a repository with credentials in its entry", async () => {
        // Keeps the content of the repositories file.
        standIn(`for last; do case $last in */repositories.yaml) cp $last ${folder}/repositories;; esac; done; OUTPUT`);
        const access = {
            caFile: "/ca.pem",
            certFile: "/cert.pem",
            keyFile: "/key.pem",
            username: "me",
            password: "pw",
        };
        await judge(release({ repositoryOpts: { repo: "https://charts.example", ...access } }), ["privileged"]);
        const entry = { name: "policy", url: "https://charts.example", ...access };
        assert.deepEqual(JSON.parse(readFileSync(path.join(folder, "repositories"), "utf8")), {
            apiVersion: "",
            repositories: [entry],
        });
    });

    it("find their chart as the provider does", async () => {
        const at = async (chart: string, repo: string) => argumentsFor({ chart, repositoryOpts: { repo } });
        assert.match(await at(" web ", "https://charts.example"), /--repo https:\/\/charts\.example -- agent web$/);
        assert.match(await at("web", "stable"), /--values - -- agent stable\/web$/);
        assert.match(await at("other/web", "stable"), /--values - -- agent other\/web$/);
        assert.match(
            await at("oci://charts.example/web", "https://charts.example"),
            /--values - -- agent oci:\/\/charts\.example\/web$/,
        );
    });

    it("are verified, with the same keys", async () => {
        assert.doesNotMatch(await argumentsFor({}), /--verify|--keyring/);
        assert.match(await argumentsFor({ verify: true, keyring: "/keys.gpg" }), /--verify --keyring \/keys\.gpg/);
    });

    it("hold custom resource definitions and hooks, unless these are left out", async () => {
        const all = await argumentsFor({});
        assert.match(all, /--include-crds/);
        assert.doesNotMatch(all, /--no-hooks/);
        assert.match(await argumentsFor({ skipCrds: true, disableWebhooks: true }), /--skip-crds --no-hooks/);
    });

    it("take development versions and dependencies as the release does", async () => {
        assert.doesNotMatch(await argumentsFor({}), /--devel|--dependency-update/);
        assert.match(await argumentsFor({ devel: true, dependencyUpdate: true }), /--devel --dependency-update/);
    });

    it("receive the cluster's version and APIs from the environment", async () => {
        process.env.X0TTA6BL4_KUBE_VERSION = "v1.33.1";
        process.env.X0TTA6BL4_API_VERSIONS = "monitoring.coreos.com/v1, cert-manager.io/v1";
        try {
            assert.match(
                await argumentsFor({}),
                /--kube-version v1\.33\.1 --api-versions monitoring\.coreos\.com\/v1 --api-versions cert-manager\.io\/v1 /,
            );
        } finally {
            delete process.env.X0TTA6BL4_KUBE_VERSION;
            delete process.env.X0TTA6BL4_API_VERSIONS;
        }
        assert.doesNotMatch(await argumentsFor({}), /--kube-version|--api-versions/);
    });

    it("are a violation where they cannot be rendered", async () => {
        standIn('echo "Error: chart says s3cret-value is wrong" >&2; exit 1');
        const [found, ...others] = await judge(release({ values: { token: secret("s3cret-value") } }), [
            "privileged",
            "helm-release-render",
        ]);
        assert.deepEqual(others, []);
        assert.equal(found?.level, "mandatory");
        assert.match(
            found.message,
            /Release ops\/agent: chart cannot be rendered, .* Error: chart says \[value\] is wrong\.$/,
        );
    });

    it("need helm", async () => {
        process.env.X0TTA6BL4_HELM = path.join(folder, "none");
        const [found] = await judge(release(), ["helm-release-render"]);
        assert.match(found?.message ?? "", /helm was not found: install Helm 3, or set X0TTA6BL4_HELM/);
    });

    it("with unknown values are undetermined, once", async () => {
        standIn("OUTPUT");
        const found = await judge(
            release({ values: { a: { b: UNKNOWN } } }),
            RULES.map(({ id }) => id),
        );
        assert.deepEqual(
            found.map(({ policy, level }) => [policy, level]),
            [["helm-release-render", "advisory"]],
        );
        assert.match(found[0]?.message ?? "", /until the update knows values\.a\.b\./);
    });

    it("are a violation where the output is no YAML or the inputs cannot be used", async () => {
        standIn("echo 'a: [1'");
        const messages = async (props: Props) =>
            (await judge(props, ["helm-release-render"])).map(({ message }) => message).join();
        assert.match(await messages(release()), /Its rendered output cannot be read/);
        assert.match(await messages(release({ chart: "" })), /chart is unset/);
        assert.match(await messages(release({ values: [], version: 7 })), /version must be a string/);
    });

    it("may hold objects that an exception in code names", async () => {
        standIn("OUTPUT");
        const exception = {
            rule: "privileged",
            kind: "DaemonSet",
            namespace: "ops",
            name: "agent",
            reason: "drives a device",
        };
        const found = await judge(release(), ["privileged"], [exception]);
        assert.deepEqual(
            found.map(({ level }) => level),
            ["advisory"],
        );
        assert.match(found[0]?.message ?? "", /exception for .*: drives a device/);
    });

    it("are rendered by the real helm, where there is one", async function () {
        const program = before_ ?? "";
        if (program === "") {
            this.skip();
        }
        process.env.X0TTA6BL4_HELM = program;
        const chart = path.join(folder, "chart");
        mkdirSync(path.join(chart, "templates"), { recursive: true });
        writeFileSync(path.join(chart, "Chart.yaml"), "apiVersion: v2\nname: agent\nversion: 1.0.0\n");
        writeFileSync(path.join(chart, "values.yaml"), "privileged: false\n");
        const text = (RENDERED.split("---\n")[1] ?? "").replace(
            "privileged: true",
            "privileged: {{ .Values.privileged }}",
        );
        writeFileSync(path.join(chart, "templates", "daemonset.yaml"), text);
        assert.deepEqual(await judge(release(), ["privileged", "helm-release-render"]), []);
        const found = await judge(release({ values: { privileged: true } }), ["privileged", "helm-release-render"]);
        assert.match(
            found.map(({ message }) => message).join(),
            /template agent\/templates\/daemonset\.yaml\).* is true/,
        );
    });
});
