import assert from "node:assert/strict";
import program from "../../..";
import { type Certificate, dialKubelet, kubeletFindings } from "../../../preflight/cluster/kubelet";
import { neededPermissions, permissionFindings } from "../../../preflight/cluster/permissions";
import { podSecurityFindings } from "../../../preflight/cluster/podSecurity";
import { type Plan, planOf } from "../../../preflight/plan";
import type { CheckFinding } from "../../../preflight/report";
import type { Settings } from "../../../settings";
import { SettingsError } from "../../../settings/shared/faults";
import { fakeApi } from "../../support/apiServer";
import { facts, node, stackOf } from "../../support/clusterFacts";
import { closedPort, https } from "../../support/localServer";
import { runProgram } from "../../support/program";
import { selfSigned } from "../../support/selfSigned";

const told = (findings: readonly CheckFinding[]) =>
    findings.map(({ status, detail }) => `${status} ${detail}`).join("\n");

describe("The plan of a stack", () => {
    for (const stack of ["staging", "prod"]) {
        it(`of ${stack} has every object that the program sends to the engine`, async () => {
            const { plan } = await stackOf(stack);
            const { resources } = await runProgram(stack);
            const sent = resources.flatMap(({ inputs }) => (typeof inputs.kind === "string" ? [inputs.kind] : []));
            assert.deepEqual(plan.objects.map(({ kind }) => kind).sort(), sent.sort());
            assert.deepEqual(plan.charts, ["monitoring"]);
            assert.ok(plan.csiDrivers.includes("csi.spiffe.io"));
            assert.ok(plan.images.includes("x0tta6bl4:3.4.0"));
            assert.ok(plan.claims.includes(undefined));
        });
    }

    it("is refused with every wrong setting", async () => {
        await assert.rejects(planOf(program, "staging", { mesh: '{"replicas":0}', cluster: "{}" }), SettingsError);
    });
});

describe("Check of permissions", () => {
    /** An API server that grants what `allows` says. */
    function api(allows: (attributes: Record<string, unknown>) => boolean) {
        return fakeApi({}, (_path, body) => {
            const { spec } = body as { spec: { resourceAttributes: Record<string, unknown> } };
            return { status: 201, object: { status: { allowed: allows(spec.resourceAttributes) } } };
        });
    }

    let plan: Plan;
    before(async () => {
        ({ plan } = await stackOf("staging"));
    });

    it("reviews a single permission for an administrator", async () => {
        const { send, requests } = api(() => true);
        assert.match(told(await permissionFindings(send, plan)), /^ok all, as a cluster administrator/);
        assert.equal(requests.length, 1);
    });

    it("reviews exactly the permissions for what the stack creates, in its own namespaces, for others", async () => {
        const { send, requests } = api(({ verb }) => verb !== "*");
        assert.doesNotMatch(told(await permissionFindings(send, plan)), /fail/);
        assert.equal(requests.length, neededPermissions(plan).length + 2);
        const needed = neededPermissions(plan);
        const has = (verb: string, resource: string, namespace?: string) =>
            needed.some((one) => one.verb === verb && one.resource === resource && one.namespace === namespace);
        assert.ok(has("create", "namespaces") && has("delete", "clusterroles"));
        assert.ok(has("patch", "deployments", "x0tta6bl4-staging") && has("watch", "pods", "spire"));
        assert.ok(has("create", "secrets", "monitoring"), "what the chart makes");
        assert.ok(!has("create", "horizontalpodautoscalers", "x0tta6bl4-staging"), "prod's alone");
    });

    it("names what is missing, verbs of one resource together", async () => {
        const { send } = api(({ verb, resource }) => verb !== "*" && resource !== "clusterroles");
        const [finding] = await permissionFindings(send, plan);
        assert.equal(finding?.status, "fail");
        assert.match(
            finding.detail,
            /^6 of \d+ are missing: create\/get\/list\/watch\/patch\/delete clusterroles\.rbac/,
        );
    });

    it("warns those who may not create roles with more permissions than their own", async () => {
        const { send } = api(({ verb }) => verb !== "*" && verb !== "escalate");
        assert.match(
            told(await permissionFindings(send, plan)),
            /warn only roles with permissions that you hold yourself/,
        );
    });

    it("reports an unknown result if the permissions cannot be reviewed", async () => {
        const { send } = fakeApi({}, () => 403);
        assert.match(told(await permissionFindings(send, plan)), /^skip the API server does not answer/);
    });
});

describe("Check of Pod Security admission", () => {
    const refused = { message: 'metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "no-such-level"' };

    for (const [what, answer, expected] of [
        ["refuses a level that does not exist", { status: 422, object: refused }, /^ok on/],
        ["takes it", { status: 201, object: {} }, /^fail off/],
        [
            "refuses the trial itself",
            { status: 403, object: {} },
            /^skip unknown: a dry run of a namespace was refused with status 403/,
        ],
    ] as const) {
        it(`checks an API server that ${what}`, async () => {
            assert.match(told(await podSecurityFindings(fakeApi({}, () => answer).send)), expected);
        });
    }

    it("leaves nothing behind: the trial is a dry run", async () => {
        const { send, requests } = fakeApi({}, () => 403);
        await podSecurityFindings(send);
        assert.deepEqual(
            requests.map(({ path }) => path),
            ["/api/v1/namespaces?dryRun=All"],
        );
    });
});

describe("Check of kubelet certificates", () => {
    const withType = ({ spire, ...rest }: Settings, type: "skip" | "clusterCA"): Settings => ({
        ...rest,
        spire: { ...spire, agent: { ...spire.agent, kubeletVerification: { type } } },
    });
    const kind = facts({ nodes: [node("n1", { providerID: "kind://x" })] });

    for (const [seen, type, expected] of [
        ["trusted", "clusterCA", /^ok signed by the cluster's CA \(verified\); .* clusterCA fits/],
        ["trusted", "skip", /^warn .*agents trust any certificate/],
        ["selfSigned", "skip", /^ok signed by the kubelets themselves \(verified\)/],
        ["selfSigned", "clusterCA", /^fail .*attest no pod/],
        ["otherAddress", "clusterCA", /^fail signed by the cluster's CA, but not for the nodes' addresses/],
        ["unreachable", "skip", /^ok signed by the kubelets themselves \(usual for this distribution\)/],
        ["unreachable", "clusterCA", /^fail .*\(usual for this distribution\)/],
    ] as const satisfies readonly (readonly [Certificate, "skip" | "clusterCA", RegExp])[]) {
        it(`checks ${type} where certificates on kind are ${seen}`, async () => {
            const settings = withType((await stackOf("staging")).settings, type);
            assert.match(told(await kubeletFindings(kind, settings, () => Promise.resolve(seen))), expected);
        });
    }

    it("reports an unknown result without evidence", async () => {
        const findings = await kubeletFindings(facts(), undefined, () => Promise.resolve("unreachable"));
        assert.match(told(findings), /^skip unknown/);
    });

    it("looks at a real certificate", async () => {
        const server = await https((_, response) => response.end());
        try {
            assert.equal(await dialKubelet("127.0.0.1", selfSigned().cert, server.port), "selfSigned");
        } finally {
            await server.close();
        }
        assert.equal(await dialKubelet("127.0.0.1", selfSigned().cert, await closedPort()), "unreachable");
    });
});
