/** Files that come by being pasted or let go of, not by the button. */

/** Takes pasted files; words that are pasted with them stay words. */
export function pasted(event: ClipboardEvent, take: (files: File[]) => void): void {
  const files = [...(event.clipboardData?.files ?? [])];
  if (!files.length || event.clipboardData?.types.includes("text/plain")) return;
  event.preventDefault();
  take(files);
}

const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;

/** Handlers for an element on which files may be let go of; `over` hears whether some are held above it. */
export function dropped(over: (on: boolean) => void, take: (files: File[]) => void) {
  return {
    ondragover(event: DragEvent): void {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      over(true);
    },
    ondragleave(event: DragEvent): void {
      const to = event.relatedTarget;
      if (!(to instanceof Node) || !(event.currentTarget as Node).contains(to)) over(false);
    },
    ondrop(event: DragEvent): void {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      over(false);
      take([...(event.dataTransfer?.files ?? [])]);
    },
  };
}
