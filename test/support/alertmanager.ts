import type { z } from "zod";
import { alertmanager, type AlertmanagerSettings } from "../../settings/monitoring/alertmanager";

/** One receiver of each kind. */
export const RECEIVERS = [
    { name: "chat", type: "slack", secret: { name: "receivers", key: "slack-url" }, channel: "#alerts" },
    { name: "pager", type: "pagerduty", secret: { name: "receivers", key: "pagerduty-key" } },
    {
        name: "mail",
        type: "email",
        secret: { name: "mail-server", key: "password" },
        to: "oncall@example.com",
        from: "alerts@example.com",
        smarthost: "smtp.example.com:587",
        username: "alerts",
    },
    { name: "dead-man", type: "webhook", secret: { name: "receivers", key: "dead-man-url" } },
    { name: "security-chat", type: "telegram", secret: { name: "telegram", key: "token" }, chatId: -100123 },
] satisfies NonNullable<z.input<typeof alertmanager>>["receivers"];

/** Routes that use all of them. */
export const ROUTING = {
    critical: "pager",
    warning: "chat",
    info: "mail",
    deadMan: "dead-man",
    teams: [{ team: "security", warning: "security-chat" }],
} satisfies NonNullable<z.input<typeof alertmanager>>["routing"];

/** Settings of Alertmanager with defaults. */
export function alertmanagerSettings(given: z.input<typeof alertmanager> = {}): AlertmanagerSettings {
    return alertmanager.parse(given);
}
