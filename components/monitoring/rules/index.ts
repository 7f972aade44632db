import { metricsGroup } from "./absent";
import { appGroup } from "./app";
import { capacityGroup } from "./capacity";
import { deliveryGroups } from "./delivery";
import { identityGroups } from "./identity";
import { userGroups } from "./mesh";
import { sloGroup } from "./slo";
import type { Group, RuleContext } from "./types";

export { ruleContext } from "./context";
export { ruleFile, type RuleFile } from "./manifest";
export { recordedNames, RECORDS } from "./records";
export type { Alert, Group, Recording, RuleContext } from "./types";

/** All rules of a stack: symptoms that users notice first, then causes. */
export function ruleGroups(context: RuleContext): Group[] {
    return [
        ...userGroups(context),
        sloGroup(context),
        appGroup(context),
        capacityGroup(context),
        ...identityGroups(context),
        metricsGroup(context),
        ...deliveryGroups(context),
    ];
}
