import { shellCommand } from "../../shell";
import { type Fault, setCommand } from "../shared/faults";
import { SECRET } from "../shared/given";
import { type MonitoringSettings, ownsOperator } from "./schema";

/** Top-level key of the stack configuration that holds Grafana's password, encrypted or not. */
export const GRAFANA_PASSWORD = "grafanaPassword";

/** Minimum length of the password in prod (characters). */
const MIN_LENGTH = 8;

/**
 * Faults of Grafana's password. The password never appears in a message.
 * @param password The configured password; `undefined` if there is none.
 */
export function passwordFaults(stack: string, monitoring: MonitoringSettings, password: string | undefined): Fault[] {
    if (!ownsOperator(monitoring)) {
        return [];
    }
    const { type } = monitoring.grafana.password;
    const given = password === undefined ? undefined : SECRET;
    const fix = shellCommand("pulumi", "config", "set", "--stack", stack, "--secret", GRAFANA_PASSWORD);
    if (type !== "config") {
        return password === undefined
            ? []
            : [
                  {
                      key: GRAFANA_PASSWORD,
                      given,
                      allowed: `removed while monitoring.grafana.password.type is ${type}, which ignores it`,
                      fix: setCommand(stack, "monitoring.grafana.password.type", "config"),
                  },
              ];
    }
    if (password === undefined || password === "") {
        return [
            {
                key: GRAFANA_PASSWORD,
                allowed: "the password of Grafana's user admin while monitoring.grafana.password.type is config",
                fix,
            },
        ];
    }
    return stack === "prod" && password.length < MIN_LENGTH
        ? [{ key: GRAFANA_PASSWORD, given, allowed: `at least ${MIN_LENGTH} characters in prod`, fix }]
        : [];
}
