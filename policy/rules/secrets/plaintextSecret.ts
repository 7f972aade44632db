import { each, violation } from "../../engine/finding";
import { globMatches } from "../../engine/glob";
import { expressions, texts } from "../../engine/options";
import { defineObjectRule } from "../../evaluation/rule";
import { kindName } from "../../kubernetes/kinds";
import { EVERY_ROLE, eachContainer } from "../../kubernetes/workload";
import { looksSecret, SECRET_KEY, SECRET_VALUE } from "../../kubernetes/secrets";

/** Never with the value. */
const PROBLEM = "looks like a secret in plain text";

/** Whoever may read the object, its backups or its repository reads the secret. */
export const plaintextSecret = defineObjectRule({
    id: "plaintext-secret",
    title: "Secrets are kept in Secrets",
    description: "No environment variable and no ConfigMap may hold a secret in plain text.",
    severity: "high",
    level: "mandatory",
    remediation: [
        "Keep the value in a Secret, and mount it or refer to it by secretKeyRef.",
        "Change the secret: it was written down.",
    ],
    url: "https://kubernetes.io/docs/concepts/configuration/secret/",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0
    env: [{ name: DB_PASSWORD, value: hunter2hunter2 }]`,
        good: `
containers:
  - name: app
    image: app:1.0.0
    env: [{ name: DB_PASSWORD, valueFrom: { secretKeyRef: { name: db, key: password } } }]`,
    },
    kinds: "any",
    options: {
        keyRegex: expressions(
            [SECRET_KEY],
            "Regular expressions for names of settings that are secrets; case does not matter.",
        ),
        valueRegex: expressions([SECRET_VALUE], "Regular expressions for values that are secrets."),
        allowKeys: texts([], "Names of settings that are none; * stands for any characters."),
    },
    *check(subject, { keyRegex, valueRegex, allowKeys }) {
        const [key, content] = [compile(keyRegex, "i"), compile(valueRegex, "")];
        const found = (name: string, value: string) =>
            !allowKeys.some((pattern) => globMatches(pattern, name)) && looksSecret(name, value, key, content);
        if (kindName(subject) === "ConfigMap") {
            yield* each(subject.object.at("data").entries(), function* ([name, value]) {
                if (found(name, value.string() ?? "")) {
                    yield violation(value, PROBLEM, "Keep it in a Secret.");
                }
            });
        }
        yield* each(subject.workloads, (workload) =>
            eachContainer(workload, EVERY_ROLE, (container) =>
                each(container.at("env").items(), function* (entry) {
                    const value = entry.at("value");
                    if (!found(entry.at("name").string() ?? "", value.string() ?? "")) {
                        return;
                    }
                    yield violation(value, PROBLEM, "Keep it in a Secret and use valueFrom.secretKeyRef.");
                }),
            ),
        );
    },
});

/** One expression for several; none matches nothing. */
function compile(sources: readonly string[], flags: string): RegExp {
    return new RegExp(sources.length === 0 ? "(?!)" : sources.map((source) => `(?:${source})`).join("|"), flags);
}
