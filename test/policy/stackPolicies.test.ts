import type { Policies } from "@pulumi/policy";
import assert from "node:assert/strict";
import { chartsPolicy } from "../../policy/crossguard/chartsPolicy";
import type { Exception } from "../../policy/engine/exception";
import { policyPack } from "../../policy/pack";
import { RULES } from "../../policy/rules";
import { STACK_RULES } from "../../policy/rules/stack";
import { analyze, analyzeRequest, analyzeStack, urnOf, type Props } from "./analyzer";
import { hardened, set } from "./fixtures";

const TYPE = "kubernetes:apps/v1:Deployment";
const props = (object: object): Props => JSON.parse(JSON.stringify(object)) as Props;

describe("policies over a stack", () => {
    it("judge all resources, and name the object", async () => {
        const { policies } = policyPack(RULES, [], STACK_RULES);
        const chosen: Policies = policies.filter(({ name }) => name === "default-deny-network-policy");
        const found = await analyzeStack(chosen, [
            { type: TYPE, name: "web", props: props(hardened()) },
            { type: "random:index/randomPassword:RandomPassword", name: "p", props: {} },
        ]);
        assert.deepEqual(
            found.map(({ policy, level }) => [policy, level]),
            [
                ["default-deny-network-policy", "mandatory"],
                ["default-deny-network-policy", "mandatory"],
            ],
        );
        assert.match(found[0]?.message ?? "", /\nDeployment shop\/web: metadata\.namespace /);
    });

    it("evaluate the program's inputs, not what others set in the live object", async () => {
        const { policies } = policyPack(RULES, [], STACK_RULES);
        const autoscaler = {
            type: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
            name: "web",
            props: {
                metadata: { name: "web", namespace: "shop" },
                spec: {
                    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
                    minReplicas: 2,
                    maxReplicas: 4,
                },
            },
        };
        const live = props(set(hardened(), "spec.replicas", 3));
        const judged = async () => {
            const conflict = policies.filter(({ name }) => name === "hpa-replicas-conflict");
            return (await analyzeStack(conflict, [{ type: TYPE, name: "web", props: live }, autoscaler])).length;
        };
        assert.equal(await judged(), 1, "with nothing else known, outputs are evaluated");
        await analyze(policies, analyzeRequest(TYPE, "web", props(set(hardened(), "spec.replicas", undefined))));
        assert.equal(await judged(), 0);
        await analyze(policies, analyzeRequest(TYPE, "web", live));
        assert.equal(await judged(), 1);
    });

    it("are one with the rule over single objects", () => {
        const { policies } = policyPack(RULES, [], STACK_RULES);
        const names = policies.map(({ name }) => name);
        assert.equal(new Set(names).size, names.length);
        const merged = policies.find(({ name }) => name === "hpa-sanity");
        assert.ok(merged !== undefined && "validateResource" in merged && "validateStack" in merged);
    });

    it("find charts that have no objects", async () => {
        const chart = { type: "kubernetes:helm.sh/v4:Chart", name: "c", props: {} };
        const child = { type: TYPE, name: "web", props: props(hardened()), parent: urnOf(chart.type, chart.name) };
        assert.deepEqual(await analyzeStack([chartsPolicy()], [chart, child]), []);
        for (const type of [chart.type, "kubernetes:yaml/v2:ConfigGroup", "kubernetes:kustomize/v2:Directory"]) {
            const found = await analyzeStack([chartsPolicy()], [{ ...chart, type }]);
            assert.deepEqual(
                found.map(({ level }) => level),
                ["advisory"],
                type,
            );
        }
        assert.deepEqual(await analyzeStack([chartsPolicy()], [{ ...chart, type: "x0tta6bl4:mesh:MeshApp" }]), []);
    });
});

describe("the policy about exceptions", () => {
    const base: Exception = {
        rule: "privileged",
        kind: "Deployment",
        namespace: "shop",
        name: "web",
        reason: "drives a device",
    };
    const bad = props(set(hardened(), "spec.template.spec.containers[0].securityContext.privileged", true));

    /** Analyzes a Deployment, then the stack, and returns the messages about exceptions. */
    const judge = async (exception: Exception, deployment: Props, analyzed = true): Promise<string> => {
        const { policies } = policyPack(RULES, [exception], STACK_RULES);
        if (analyzed) {
            await analyze(policies, analyzeRequest(TYPE, "web", deployment));
        }
        const found = await analyzeStack(
            policies.filter(({ name }) => name === "exceptions"),
            [{ type: TYPE, name: "web", props: deployment }],
        );
        return found.map(({ level, message }) => `${level} ${message.split("\n")[1] ?? ""}`).join();
    };

    it("is content with one that is used", async () => {
        assert.equal(await judge(base, bad), "");
        assert.equal(await judge({ ...base, stack: "stag*" }, bad), "");
    });

    it("finds one that covers nothing", async () => {
        assert.equal(
            await judge(base, props(hardened())),
            "mandatory policy/exceptions.ts: exception 0 (privileged for Deployment web) covers nothing. Remove it.",
        );
    });

    it("finds one that is over, used or not", async () => {
        assert.match(await judge({ ...base, expires: "2020-01-01" }, bad), /^mandatory .* expired on 2020-01-01\./);
    });

    it("says nothing about objects of other stacks, or that were not looked at", async () => {
        assert.equal(await judge({ ...base, stack: "prod" }, props(hardened())), "");
        assert.equal(await judge({ ...base, name: "other" }, props(hardened())), "");
        assert.equal(await judge(base, props(hardened()), false), "");
    });
});
