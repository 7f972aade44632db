import assert from "node:assert/strict";
import type { Route } from "../../components/monitoring/alertmanager/routes";

/** Labels of an alert. */
export type AlertLabels = Readonly<Record<string, string>>;

/** The node of a routing tree that an alert ends at, by Alertmanager's rules: the first child that matches, else itself. */
export function routeOf(route: Route, labels: AlertLabels): Route {
    const child = route.routes?.find(({ matchers = [] }) => matchers.every((matcher) => matches(matcher, labels)));
    // Unset fields are inherited from the parent.
    return child === undefined ? route : routeOf({ ...route, routes: undefined, ...child }, labels);
}

function matches(matcher: string, labels: AlertLabels): boolean {
    const [, name = "", operator, value = ""] = /^(\w+) (=~|=) "(.*)"$/.exec(matcher) ?? [];
    assert.ok(operator !== undefined, `no matcher: ${matcher}`);
    const given = labels[name] ?? "";
    return operator === "=" ? given === value : new RegExp(`^(?:${value})$`).test(given);
}
