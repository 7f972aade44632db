import assert from "node:assert/strict";
import { budgetFaults, showCost } from "../../../cli/cost/show";
import { costText } from "../../../cli/cost/text";
import { compareCosts } from "../../../cost/compare";
import type { StackCost } from "../../../cost/cost";
import { costMarkdown } from "../../../pipeline/costSection";
import { schemas } from "../../../settings/schema";
import { costFor, goldenPlan } from "../../cost/support";
import { runX0 } from "../../../cli/x0";
import { faultOf } from "../../support/x0Fault";
import { localPaths } from "../../../process/paths";

const SCREEN = { columns: 160, colour: false };
const CONTEXT = { paths: localPaths(), terminal: { ...SCREEN, interactive: false }, env: {} };

describe("x0 cost", () => {
    let staging: StackCost;
    let prod: StackCost;
    before(async () => {
        staging = await costFor(goldenPlan("staging"));
        prod = await costFor(goldenPlan("prod"), {}, { stack: "prod" });
    });

    it("shows requests and limits by component, then nodes with what is used, reserved and idle", () => {
        const text = costText({ after: prod }, [], SCREEN);
        assert.match(
            text,
            /mesh +Deployment x0tta6bl4-production\/prod-x0tta6bl4 +5 - 10 +510m - 2500m +544Mi - 2\.13Gi +100Mi/,
        );
        assert.match(text, /spire +DaemonSet spire-system\/spire-agent +each node +50m - 200m/);
        assert.match(text, /autoscaling minimum +autoscaling maximum\n/);
        for (const row of ["nodes", "requested by pods", "reserved by nodes", "idle", "volumes", "total"]) {
            assert.match(text, new RegExp(`^ {2}${row} +\\d`, "m"));
        }
        assert.match(text, /note {2}Prices of 2026-11-28: Amazon EC2 on-demand Linux us-east-1\.$/);
    });

    it("has one column where no autoscaler changes the number of pods", () => {
        assert.match(costText({ after: staging }, [], SCREEN), /^ +all pods$/m);
    });

    it("fits a narrow terminal", () => {
        const lines = costText({ after: prod }, ["x".repeat(30)], { columns: 60, colour: false }).split("\n");
        assert.deepEqual(
            lines.filter((line) => line.length > 60),
            [],
        );
    });

    it("shows what changed, or that nothing did", () => {
        const changed = compareCosts(staging, prod, {
            before: { mesh: { replicas: 2 } },
            after: { mesh: { replicas: 5 } },
        });
        const text = costText({ after: prod, against: "commit abc", change: changed }, [], SCREEN);
        assert.match(text, /Compared with commit abc\n/);
        assert.match(text, /maximum +1 to \d nodes +70\.\d\d USD to \d+\.\d\d USD +\+\d+\.\d\d USD/);
        assert.match(text, / {2}mesh\.replicas\n {4}- 2\n {4}\+ 5\n/);
        assert.match(
            costText({ after: prod, against: "commit abc" }, [], SCREEN),
            /Compared with commit abc\n {2}no change\n/,
        );
    });

    it("writes Markdown with the same figures", () => {
        const markdown = costMarkdown({ after: prod }, ["above"]);
        assert.match(markdown, /^### Cost of prod a month\n\n\| {2}\| Autoscaling minimum \| Autoscaling maximum \|/);
        assert.ok(markdown.includes(`| **total** | ${prod.scenarios.minimum.monthly.toFixed(2)} USD |`));
        assert.match(markdown, /````text\nabove\n````/);
        assert.match(markdown, /mesh: Deployment x0tta6bl4-production\/prod-x0tta6bl4: 5 to 10 pods, each: CPU 510m/);
    });

    it("finds a stack above its budget at the bound that is set, with the command that raises it", () => {
        const faults = (budget: unknown) => budgetFaults({ after: prod }, schemas.cost.parse({ budget }).budget);
        const { minimum, maximum } = prod.scenarios;
        assert.deepEqual(faults({}), []);
        assert.deepEqual(faults({ monthly: maximum.monthly }), []);
        assert.match(
            faults({ monthly: minimum.monthly })[0] ?? "",
            /^At the maximum of its autoscalers .* raise the budget: pulumi config set --stack prod --path cost\.budget\.monthly \d+$/,
        );
        assert.deepEqual(faults({ monthly: minimum.monthly, at: "minimum" }), []);
    });

    it("finds pods that fit on no node", async () => {
        const large = await costFor(goldenPlan("prod"), { node: { otherPods: { memory: "7300Mi" } } });
        const [first] = budgetFaults({ after: large }, schemas.cost.parse({}).budget);
        assert.match(
            first ?? "",
            /its pods fit on no m6i\.large, .* pulumi config set --stack staging --path cost\.node\.type NAME$/,
        );
    });

    it("refuses a command line without a stack, and two formats at once", async () => {
        const fault = await faultOf(() => runX0(["cost"], CONTEXT));
        assert.match(fault ?? "", /required option '--stack <name>' not specified/);
        const both = showCost({ stack: "prod", json: true, markdown: true }, CONTEXT);
        await assert.rejects(both, /--markdown and --json exclude each other/);
    });
});
