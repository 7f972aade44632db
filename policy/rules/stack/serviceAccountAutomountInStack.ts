import { violation } from "../../engine/finding";
import { infoOf } from "../../evaluation/rule";
import { defineStackRule, eachStackWorkload } from "../../evaluation/stackRule";
import { accountOf } from "../../kubernetes/workload";
import { automountOptions, isAllowed, serviceAccountAutomount } from "../pods/serviceAccountAutomount";

/** If a pod does not set the field, its service account decides; the default is true. */
export const serviceAccountAutomountInStack = defineStackRule({
    ...infoOf(serviceAccountAutomount),
    options: automountOptions,
    always: true,
    check: (stack, { allowServiceAccounts }) =>
        eachStackWorkload(stack.workloads, function* ({ workload: { pod, partial }, namespace }) {
            const field = pod.at("automountServiceAccountToken");
            if (partial || field.boolean() !== undefined) {
                return;
            }
            const account = accountOf(pod);
            if (isAllowed(account, allowServiceAccounts)) {
                return;
            }
            const own = stack.find("ServiceAccount", namespace, account)?.object.at("automountServiceAccountToken");
            if (own?.boolean() === false) {
                return;
            }
            const reason = own?.isSet() === true ? `and ServiceAccount ${account} sets true` : "which means true";
            yield violation(field, `is unset, ${reason}`, "Set it to false.");
        }),
});
