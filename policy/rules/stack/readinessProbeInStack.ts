import { infoOf } from "../../evaluation/rule";
import { defineStackRule, eachStackWorkload } from "../../evaluation/stackRule";
import { requireProbe } from "../../kubernetes/probes";
import { readLabels, selectsAll } from "../../kubernetes/selector";
import { readable } from "../../kubernetes/readable";
import { namespaceOf, type Stack, type StackWorkload } from "../../kubernetes/stack";
import { readinessOptions, readinessProbe } from "../probes/readinessProbe";

/** With the option onlyIfService: only pods that receive requests need a readiness probe. */
export const readinessProbeInStack = defineStackRule({
    ...infoOf(readinessProbe),
    options: readinessOptions,
    always: true,
    *check(stack, options) {
        if (!options.onlyIfService) {
            return;
        }
        const served = servedBy(stack);
        yield* eachStackWorkload(served, ({ workload }) => requireProbe(workload, "readinessProbe", options));
    },
});

/** The workloads that a Service of the stack selects, and those for which this is not known. */
function servedBy(stack: Stack): ReadonlySet<StackWorkload> {
    const unsure = stack.workloads.filter(({ labels, workload }) => labels === undefined && !workload.partial);
    const selected = stack.ofKind("Service").flatMap((service) => {
        const labels = readable(() => readLabels(service.object.at("spec", "selector")));
        const namespace = namespaceOf(service);
        if (namespace === undefined || labels === undefined) {
            return stack.workloadsIn(namespace);
        }
        const selector = { labels, requirements: [] };
        return selectsAll(selector) ? [] : stack.selectable(namespace, selector);
    });
    return new Set([...unsure, ...selected]);
}
