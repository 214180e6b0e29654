"""GitHub and GitLab, as far as a job of CI comments on the change that it runs for."""
