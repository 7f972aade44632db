import type { Report } from "../check";

/** For programs. */
export function toJson({ checked, violations, exceptions, errors }: Report): string {
    return `${JSON.stringify({ checked, violations, exceptions, errors }, undefined, 2)}\n`;
}
