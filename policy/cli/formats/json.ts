import type { Report } from "../check";

/** For programs. */
export function toJson({ checked, skipped, violations, exceptions, errors }: Report): string {
    return `${JSON.stringify({ checked, skipped, violations, exceptions, errors }, undefined, 2)}\n`;
}
