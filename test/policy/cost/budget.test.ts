import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { optionsOf } from "../../../policy/crossguard/stackPolicy";
import { stackConfiguration } from "../../../policy/crossguard/stackConfiguration";
import { OptionError, type RuleConfig } from "../../../policy/engine/options";
import { stackEvaluator } from "../../../policy/evaluation/evaluateStack";
import { BEFORE, DEFAULTS, fromSettings, PRICES_FILE } from "../../../policy/cost/settings";
import { costBudget } from "../../../policy/rules/stack/costBudget";
import { PROJECT_ROOT } from "../../../project";
import { schemas } from "../../../settings/schema";
import { deployment, sourcesIn } from "./support";

const WEB = deployment("web", "containers:\n  - { name: app, resources: { requests: { cpu: '1', memory: 1Gi } } }");
const SCALER = `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { namespace: shop, name: web }
spec: { minReplicas: 2, maxReplicas: 6, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web } }
`;
const TERMS = {
    node: { cpu: "2", memory: "8Gi", maxPods: "29", hourly: "0.1", reserved: "eks" },
    storage: { default: "0.04" },
};

function judge(text: string, config: RuleConfig) {
    return stackEvaluator({ rules: [costBudget], config: { [costBudget.id]: config } })(sourcesIn(text));
}

describe("Rule cost-budget", () => {
    it("says nothing without a budget, as in a stack that sets none", () => {
        assert.deepEqual(judge(WEB, {}), []);
        assert.deepEqual(judge(WEB, TERMS), []);
    });

    it("is met at the budget, and broken a cent below", () => {
        // 2 pods and 1 of a rollout, a core each: 3 nodes at 73 a month.
        assert.deepEqual(judge(WEB, { ...TERMS, monthly: 219 }), []);
        const [found, ...others] = judge(WEB, { ...TERMS, monthly: 218.99 });
        assert.equal(others.length, 0);
        assert.equal(found?.type, "violation");
        assert.equal(found.advisory, false);
        assert.match(
            found.message,
            /^Deployment shop\/web: spec is the largest part of a stack that needs 3 nodes at the maximum of its autoscalers and costs 219\.00 USD a month, above the budget of 218\.99 USD\. Lower replicas/,
        );
    });

    it("judges the maximum of the autoscalers, or the minimum where that is set", () => {
        const config = { ...TERMS, monthly: 300 };
        assert.equal(judge(WEB + SCALER, config).length, 1);
        assert.deepEqual(judge(WEB + SCALER, { ...config, at: "minimum" }), []);
    });

    it("makes an increase advice, whatever the level, and only where it is larger than allowed", () => {
        const config = { ...TERMS, increasePercent: 10 };
        assert.deepEqual(judge(WEB, config), [], "without a version before there is no increase");
        assert.deepEqual(judge(WEB, { ...config, before: 200 }), []);
        const [found] = judge(WEB, { ...config, before: 146 });
        assert.equal(found?.advisory, true);
        assert.match(
            found.message,
            /costs 219\.00 USD a month, 50 % more than the 146\.00 USD before, where 10 % are allowed/,
        );
    });

    it("reports pods that fit on no node, since the estimate leaves them out", () => {
        const [found] = judge(WEB.replace("cpu: '1'", "cpu: '3'"), { ...TERMS, monthly: 1000 });
        assert.match(found?.message ?? "", /each requests 3000m of CPU and 1024Mi of memory/);
    });

    it("survives what is not known yet", () => {
        const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
        const found = judge(WEB.replace("memory: 1Gi", `memory: ${unknown}`), { ...TERMS, monthly: 1 });
        assert.deepEqual(
            found.map(({ type }) => type),
            ["undetermined"],
        );
    });
});

describe("Options of cost-budget from the settings of a stack", () => {
    const prices = readFileSync(join(PROJECT_ROOT, PRICES_FILE), "utf8");
    const options = (cost: unknown, file: string | undefined = prices, env: NodeJS.ProcessEnv = {}) =>
        fromSettings({ setting: () => cost, file: () => file, variable: (name) => env[name] });

    it("are none without a budget, even where there is no price file", () => {
        assert.deepEqual(options(undefined, undefined), {});
        assert.deepEqual(
            fromSettings({ setting: () => ({ node: {} }), file: () => undefined, variable: () => "" }),
            {},
        );
    });

    it("are accepted by the rule, and estimate what the price file says", () => {
        const config = options({ budget: { monthly: 10 }, node: { otherPods: { cpu: "100m" } } }, prices, {
            [BEFORE]: "5.5",
        });
        assert.deepEqual(config, {
            monthly: 10,
            before: 5.5,
            currency: "USD",
            node: { cpu: "2000m", memory: "8589934592", maxPods: "29", hourly: "0.096", reserved: "eks" },
            storage: { default: "0.04" },
            split: { cpu: "0.031611", memory: "0.004237" },
            zones: 3,
            otherPods: { cpu: "100m" },
        });
        assert.match(judge(WEB, config)[0]?.message ?? "", /needs 3 nodes .* costs 210\.24 USD a month/);
    });

    it("keep amounts that a node type reserves by itself", () => {
        const own = prices.replace("reserved: eks", "reserved: { cpu: 100m, memory: 500Mi }");
        const { node } = options({ budget: { monthly: 10 } }, own);
        assert.deepEqual(node, {
            ...{ cpu: "2000m", memory: "8589934592", maxPods: "29", hourly: "0.096" },
            ...{ reservedCpu: "100m", reservedMemory: "524288000" },
        });
    });

    it("name what is wrong with node type or price file", () => {
        const budget = { monthly: 10 };
        assert.throws(() => options({ budget, node: { type: "m9.huge" } }), /must be one of m6i\.large, m6i\.xlarge/);
        assert.throws(() => options({ budget }, "currency: ["), OptionError);
        const missing = { setting: () => ({ budget }), file: () => undefined, variable: () => undefined };
        assert.throws(() => fromSettings(missing), /cost\/prices\.yaml is not in the project's folder/);
    });

    it("hold beside the defaults that the engine fills in, and yield to what the pack's configuration sets", () => {
        const stack = { setting: () => ({ budget: { monthly: 10 } }), file: () => prices, variable: () => undefined };
        const defaults = Object.fromEntries(
            Object.entries(costBudget.options).map(([name, option]) => [name, option.default]),
        );
        const { node, ...filled } = optionsOf(costBudget, stack, defaults);
        assert.deepEqual([filled.monthly, filled.at], [10, "maximum"]);
        assert.equal(typeof node, "object");
        assert.equal(judge(WEB, { node, ...filled }).length, 1);
        assert.equal(optionsOf(costBudget, stack, { ...defaults, monthly: 7 }).monthly, 7);
    });

    it("have the defaults of the settings", () => {
        const { node, budget } = schemas.cost.parse({});
        assert.deepEqual({ type: node.type, zones: node.zones }, DEFAULTS);
        assert.equal(budget.at, costBudget.options.at?.default);
    });

    it("come from the configuration that the engine hands over, in either form of its keys", () => {
        for (const key of ["x0tta6bl4:cost", "x0tta6bl4:config:cost"]) {
            const env = { PULUMI_CONFIG: JSON.stringify({ [key]: '{"budget":{"monthly":7}}' }), OTHER: "1" };
            const stack = stackConfiguration(env, () => PROJECT_ROOT);
            assert.deepEqual(stack.setting("x0tta6bl4:cost"), { budget: { monthly: 7 } });
            assert.equal(fromSettings(stack).monthly, 7);
            assert.equal(stack.variable("OTHER"), "1");
        }
        const none = stackConfiguration({}, () => "/nowhere");
        assert.deepEqual([none.setting("x0tta6bl4:cost"), none.file(PRICES_FILE)], [undefined, undefined]);
    });
});
