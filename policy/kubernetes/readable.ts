import { FieldError } from "../engine/field";

/** The result of a read, `undefined` when the value is unknown or malformed. */
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
