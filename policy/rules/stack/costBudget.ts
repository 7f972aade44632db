import type { Field } from "../../engine/field";
import { advice, violation, type Finding } from "../../engine/finding";
import { amount, choice, pattern, textMap, type OptionValues } from "../../engine/options";
import { defineStackRule, eachStackWorkload } from "../../evaluation/stackRule";
import { namedClaims } from "../../cost/claims";
import { isAbove, monthlyOf, podsOf, scenarioOf, type Bound, type Scenario } from "../../cost/estimate";
import { times } from "../../cost/amounts";
import { podGroups, type PodGroup } from "../../cost/pods";
import { costTerms, fromSettings, isAmounts, isNode, isPrice } from "../../cost/settings";
import { readable } from "../../kubernetes/readable";
import type { Stack } from "../../kubernetes/stack";
import type { Subject } from "../../kubernetes/subject";

/** Pods with the object that makes them. */
interface Counted {
    readonly group: PodGroup;
    readonly subject: Subject;
}

const OPTIONS = {
    monthly: amount(0, "Most that the stack may cost in a month. 0: no limit."),
    at: choice("maximum", "Bound of the autoscalers at which the stack is evaluated.", ["minimum", "maximum"]),
    increasePercent: amount(0, "Increase in percent above which a violation is reported as advice. 0: never."),
    before: amount(0, "Cost of a month that the increase is measured from. 0: there is none."),
    currency: pattern("USD", "Currency of all prices.", "an ISO 4217 code, e.g. USD", /^[A-Z]{3}$/),
    node: textMap(
        "What a node has and costs: cpu, memory, maxPods, hourly, and reserved (eks, gke, aks or none).",
        "a map with cpu, memory, maxPods, hourly and reserved, e.g. cpu: 2, memory: 8Gi, hourly: 0.096",
        isNode,
    ),
    zones: amount(3, "Number of zones that the nodes are in."),
    otherPods: textMap(
        "What pods of others request on each node: cpu and memory.",
        "a map with cpu and memory, each a quantity",
        isAmounts,
    ),
    storage: textMap(
        "Price of a GiB for a month by storage class; default for every other class.",
        "a map from a storage class to a price, e.g. default: 0.04",
        isPrice,
    ),
    split: textMap(
        "Prices of a core and of a GiB of memory, whose ratio splits the price of a node. Default: those of OpenCost.",
        "a map with cpu and memory, each a price",
        isPrice,
    ),
};

/** A stack that grows unseen is paid for every month. */
export const costBudget = defineStackRule({
    id: "cost-budget",
    title: "The stack stays within its cost budget",
    description: "The nodes and volumes that all workloads together need must cost no more than the budget.",
    severity: "medium",
    level: "mandatory",
    remediation: [
        "Lower replicas, an autoscaler's maximum or requests: in this project npx x0 cost shows what costs how much.",
        "Or raise the budget: here pulumi config set --path cost.budget.monthly AMOUNT.",
    ],
    url: "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
    example: {
        bad: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  replicas: 6
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: app, image: app:1.0.0, resources: { requests: { cpu: "1", memory: 1Gi } } }`,
        good: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  replicas: 2
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: app, image: app:1.0.0, resources: { requests: { cpu: 500m, memory: 1Gi } } }`,
        options: {
            monthly: 100,
            node: { cpu: "2", memory: "8Gi", maxPods: "29", hourly: "0.096", reserved: "eks" },
        },
    },
    options: OPTIONS,
    fromStack: fromSettings,
    *check(stack, options) {
        const { monthly, increasePercent } = options;
        if (monthly === 0 && increasePercent === 0) {
            return;
        }
        const terms = costTerms(options);
        const counted: Counted[] = [];
        const groupOf = podGroups(stack);
        yield* eachStackWorkload(stack.workloads, (item) => {
            const group = groupOf(item);
            if (group !== undefined) {
                counted.push({ group, subject: item.subject });
            }
            return [];
        });
        const bound: Bound = options.at === "minimum" ? "least" : "most";
        const groups = counted.map(({ group }) => group);
        const scenario = scenarioOf({ groups, claims: claimsOf(stack) }, terms, bound);
        const cost = ({ group }: Counted) =>
            monthlyOf(times(group.requests, podsOf(group, bound, scenario.nodes)), terms);
        const [largest] = counted.toSorted((a, b) => cost(b) - cost(a));
        if (largest === undefined) {
            return;
        }
        const { subject } = largest;
        for (const finding of judgeTotal(subject.object.at("spec"), scenario, options)) {
            yield { subject, finding };
        }
        for (const { group, subject: large } of counted.filter(({ group }) => scenario.tooLarge.includes(group))) {
            const problem = `makes pods that fit on no node of this type: each requests ${group.requests.cpu}m of CPU and ${Math.ceil(group.requests.memory / 1024 ** 2)}Mi of memory, so that they are not in the estimate`;
            yield {
                subject: large,
                finding: violation(large.object.at("spec"), problem, "Lower the requests or choose a larger node."),
            };
        }
    },
});

function claimsOf(stack: Stack): ReturnType<typeof namedClaims> {
    return readable(() => namedClaims(stack)) ?? [];
}

function* judgeTotal(
    place: Field,
    { monthly: cost, nodes }: Scenario,
    { monthly, increasePercent, at, before, currency }: OptionValues<typeof OPTIONS>,
): Generator<Finding> {
    const largest = `is the largest part of a stack that needs ${nodes} ${nodes === 1 ? "node" : "nodes"} at the ${at} of its autoscalers and costs ${cost.toFixed(2)} ${currency} a month`;
    if (monthly > 0 && isAbove(cost, monthly)) {
        const problem = `${largest}, above the budget of ${monthly} ${currency}`;
        yield violation(place, problem, "Lower replicas, an autoscaler's maximum or requests, or raise the budget.");
    }
    if (increasePercent > 0 && before > 0 && isAbove(cost, before * (1 + increasePercent / 100))) {
        const grown = Math.round((cost / before - 1) * 100);
        const problem = `${largest}, ${grown} % more than the ${before.toFixed(2)} ${currency} before, where ${increasePercent} % are allowed`;
        yield advice(place, problem, "Check that the increase is intended.");
    }
}
