/** The house's sign: a cloche. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="9" fill="#1f5546" />
      <path
        d="M7.5 21.5h17M9.2 19.2a6.8 6.8 0 0 1 13.6 0z"
        fill="#f6ecd7"
        stroke="#f6ecd7"
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="16" cy="10.3" r="1.7" fill="#d9a94f" />
    </svg>
  );
}
