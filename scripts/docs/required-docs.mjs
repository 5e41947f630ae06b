// What TypeDoc does not require itself: every export has a summary and an example, and every parameter has a name.
import { ReflectionKind } from 'typedoc';

const exported =
  ReflectionKind.Module |
  ReflectionKind.Class |
  ReflectionKind.Function |
  ReflectionKind.Variable |
  ReflectionKind.Enum |
  ReflectionKind.Interface |
  ReflectionKind.TypeAlias;

/** @param {import('typedoc').Application} app */
export function requireDocsAndExamples(app, project) {
  for (const parameter of project.getReflectionsByKind(ReflectionKind.Parameter)) {
    // TypeDoc's name for `({ a, b })`.
    if (parameter.name.startsWith('__namedParameters'))
      app.logger.validationWarning(
        `A parameter of ${parameter.parent.getFriendlyFullName()} has no name: add "@param options".`,
      );
  }
  for (const reflection of project.getReflectionsByKind(exported)) {
    const comments = [reflection, ...(reflection.signatures ?? [])].map(({ comment }) => comment);
    const missing = [
      !comments.some((comment) => comment?.summary.some(({ text }) => text.trim())) && 'summary',
      !comments.some((comment) => comment?.getTag('@example')) && '@example',
    ].filter(Boolean);
    if (missing.length === 0) continue;
    app.logger.validationWarning(
      `${reflection.getFriendlyFullName()} has no ${missing.join(' and no ')}.`,
    );
  }
}
