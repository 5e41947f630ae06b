// What TypeDoc does not require itself: every export has a summary and an example.
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
