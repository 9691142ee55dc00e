export const roles = ['reader', 'operator', 'admin'] as const;

/** What a person or a program may do; each may also do what the one before may. */
export type Role = (typeof roles)[number];

/** Whether a role is enough where `needed` is asked for. */
export function roleAllows(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}
