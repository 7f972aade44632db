import { FieldError } from "../engine/field";

/** What a reading gives, `undefined` when it is unknown or malformed. */
export function readable<T>(read: () => T): T | undefined {
    try {
        return read();
    } catch (error) {
        if (error instanceof FieldError) {
            return undefined;
        }
        throw error;
    }
}
