/** Thrown when an expression cannot be used: what is wrong, and how far into it. */
export class ExpressionProblem extends Error {
  /** characters before the place; 0 for the whole expression */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = 'ExpressionProblem';
    this.offset = offset;
  }
}
