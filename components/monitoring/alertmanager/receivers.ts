import { NOBODY, type ReceiverSettings } from "../../../settings/monitoring/alertmanager";
import type { Values } from "../values/types";
import { PAGER_SEVERITY, RUNBOOK, SLACK_TEXT, SUMMARY, TELEGRAM_TEXT, TITLE } from "./messages";

/** A receiver in Alertmanager's configuration: its name, and one list such as `slack_configs`. */
export interface Receiver extends Values {
    /** Name that routes refer to. */
    readonly name: string;
}

/** Directory in which the operator mounts the Secrets that `alertmanagerSpec.secrets` names. */
const SECRETS = "/etc/alertmanager/secrets";

/** Path of a receiver's credential in the Alertmanager container. */
export function credentialFile({ secret }: Pick<ReceiverSettings, "secret">): string {
    return `${SECRETS}/${secret.name}/${secret.key}`;
}

/** Distinct names of the Secrets that hold credentials. */
export function credentialSecrets(receivers: readonly ReceiverSettings[]): string[] {
    return [...new Set(receivers.map(({ secret }) => secret.name))];
}

/** All receivers, including the one that sends no notifications. */
export function receiverConfigs(receivers: readonly ReceiverSettings[]): Receiver[] {
    return [{ name: NOBODY }, ...receivers.map(receiverConfig)];
}

function receiverConfig(receiver: ReceiverSettings): Receiver {
    const { name, sendResolved } = receiver;
    const file = credentialFile(receiver);
    const common = { send_resolved: sendResolved };
    switch (receiver.type) {
        case "slack":
            return {
                name,
                slack_configs: [
                    { ...common, api_url_file: file, channel: receiver.channel, title: TITLE, text: SLACK_TEXT },
                ],
            };
        case "pagerduty":
            return {
                name,
                pagerduty_configs: [
                    {
                        ...common,
                        routing_key_file: file,
                        description: SUMMARY,
                        severity: PAGER_SEVERITY,
                        details: { runbook: RUNBOOK },
                    },
                ],
            };
        case "email":
            return {
                name,
                email_configs: [
                    {
                        ...common,
                        to: receiver.to,
                        from: receiver.from,
                        smarthost: receiver.smarthost,
                        auth_username: receiver.username,
                        auth_password_file: file,
                        require_tls: true,
                    },
                ],
            };
        case "webhook":
            return { name, webhook_configs: [{ ...common, url_file: file }] };
        case "telegram":
            return {
                name,
                telegram_configs: [
                    {
                        ...common,
                        bot_token_file: file,
                        chat_id: receiver.chatId,
                        parse_mode: "HTML",
                        message: TELEGRAM_TEXT,
                    },
                ],
            };
    }
}
