import assert from "node:assert/strict";
import { EnforcementLevel } from "@pulumi/pulumi/proto/analyzer_pb";
import { reporterOptions, type ReporterOptions } from "../../policy/crossguard/reporter";
import type { Exception } from "../../policy/engine/exception";
import { policyPack } from "../../policy/pack";
import { RULES } from "../../policy/rules";
import { STACK_RULES } from "../../policy/rules/stack";
import { buildPack, startPack } from "../support/policyPack";
import { analyze, analyzeRequest, analyzeStack, stackRequest, type Diagnostic, type Props } from "./analyzer";
import { hardened, set } from "./fixtures";

const TYPE = "kubernetes:apps/v1:Deployment";
const CONTAINER = "spec.template.spec.containers[0]";

/** A Deployment with a privileged container and no memory limit. */
function careless(): Props {
    const object = set(hardened(), `${CONTAINER}.securityContext.privileged`, true);
    return JSON.parse(JSON.stringify(set(object, `${CONTAINER}.readinessProbe`, undefined))) as Props;
}

const exception: Exception = { rule: "privileged", kind: "Deployment", name: "web", reason: "drives a device" };

/** Messages that the engine receives about a stack with the Deployment. */
async function told(options: ReporterOptions, exceptions: readonly Exception[] = [exception]): Promise<Diagnostic[]> {
    const { policies } = policyPack(RULES, exceptions, STACK_RULES, options);
    const props = careless();
    const single = await analyze(policies, analyzeRequest(TYPE, "web", props));
    return [...single, ...(await analyzeStack(policies, [{ type: TYPE, name: "web", props }]))];
}

const of = (found: readonly Diagnostic[], rule: string) => found.filter(({ policy }) => policy === rule);

describe("messages to the engine", () => {
    it("is every mandatory violation in full, and the rest as counts with the commands that list them", async () => {
        const found = await told({ folds: true });
        assert.equal(of(found, "readiness-probe")[0]?.level, "mandatory");
        assert.deepEqual(of(found, "privileged"), []);
        const [summary, ...others] = of(found, "summary");
        assert.deepEqual(others, []);
        assert.equal(summary?.level, "advisory");
        assert.match(summary.message, /^1 exception used\. To list them: npx x0 policy exceptions --stack staging$/m);
    });

    it("counts the findings of a rule that is configured as advisory, one line a rule", async () => {
        const level = (rule: string) => (rule === "readiness-probe" ? "advisory" : "other");
        const found = await told({ folds: true, level });
        assert.deepEqual(of(found, "readiness-probe"), []);
        const { message = "" } = of(found, "summary")[0] ?? {};
        assert.match(message, /^readiness-probe: 1 advisory finding$/m);
        assert.match(message, /^To list them: npx x0 diff --stack staging$/m);
    });

    it("counts by the rule's own level where the configuration has none, and not where it raises it", async () => {
        const own = RULES.find(({ level }) => level === "advisory");
        assert.ok(own !== undefined);
        const props = careless();
        for (const [configured, shown] of [
            [undefined, 0],
            ["other", 1],
        ] as const) {
            const loud = {
                ...own,
                configure: RULES.find(({ id }) => id === "privileged")!.configure,
                applies: () => true,
            };
            const { policies } = policyPack([loud], [], [], { folds: true, level: () => configured });
            assert.equal((await analyze(policies, analyzeRequest(TYPE, "web", props))).length, shown);
        }
    });

    it("is in full about exceptions that have expired or cover nothing", async () => {
        const expired = await told({ folds: true }, [{ ...exception, expires: "2020-01-01" }]);
        assert.match(of(expired, "privileged")[0]?.message ?? "", /An exception expired on 2020-01-01/);
        assert.match(of(expired, "exceptions")[0]?.message ?? "", /expired on 2020-01-01/);
        const unused = await told({ folds: true }, [{ ...exception, rule: "host-path" }]);
        assert.match(of(unused, "exceptions")[0]?.message ?? "", /covers nothing/);
    });

    it("is everything where that is asked for", async () => {
        const { folds } = reporterOptions({ X0TTA6BL4_POLICY_SHOW: "all" }, () => undefined);
        const found = await told({ folds });
        assert.match(of(found, "privileged")[0]?.message ?? "", /: drives a device/);
        assert.deepEqual(of(found, "summary"), []);
    });

    it("depends on the configured level in the built pack, too", async function () {
        this.timeout(60_000);
        buildPack();
        const pack = await startPack();
        try {
            const props = careless();
            // Until the engine has sent the configuration, no finding is treated as advisory.
            const early = await pack.analyze(analyzeRequest(TYPE, "web", props));
            assert.equal(of(early, "readiness-probe").length, 1);
            await pack.configure({ "readiness-probe": { level: EnforcementLevel.ADVISORY } });
            const single = await pack.analyze(analyzeRequest(TYPE, "web", props));
            assert.deepEqual(of(single, "readiness-probe"), []);
            assert.equal(of(single, "privileged")[0]?.level, "mandatory");
            const whole = await pack.analyzeStack(stackRequest([{ type: TYPE, name: "web", props }]));
            assert.match(of(whole, "summary")[0]?.message ?? "", /^readiness-probe: 1 advisory finding$/m);
        } finally {
            pack.stop();
        }
    });
});
