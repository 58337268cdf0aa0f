"""Addresses of the work on tasks, of questions and of promises between departments."""

from django.urls import URLPattern, path

from .pages import promises, work

_TASK = "projects/<int:pk>/plan/tasks/<int:task_id>"
_PLAN = "projects/<int:pk>/plan"
urlpatterns: list[URLPattern] = [
    path(f"{_TASK}/start/", work.start, name="work_start"),
    path(f"{_TASK}/progress/", work.progress, name="work_progress"),
    path(f"{_TASK}/block/", work.block, name="work_block"),
    path(f"{_TASK}/unblock/", work.unblock, name="work_unblock"),
    path(f"{_TASK}/done/", work.done, name="work_done"),
    path(f"{_TASK}/cancel/", work.cancel, name="work_cancel"),
    path(f"{_TASK}/reopen/", work.reopen, name="work_reopen"),
    path(f"{_TASK}/ask/", work.ask, name="question_ask"),
    path(f"{_PLAN}/reports/<int:report_id>/take-back/", work.take_back, name="report_take_back"),
    path(f"{_PLAN}/reports/<int:report_id>/accept/", work.accept, name="report_accept"),
    path(f"{_PLAN}/reports/<int:report_id>/return/", work.send_back, name="report_return"),
    path(f"{_PLAN}/opinions/<int:opinion_id>/", work.answer_question, name="question_answer"),
    path(f"{_PLAN}/questions/<int:question_id>/close/", work.close_question, name="question_close"),
    path(f"{_PLAN}/promises/", promises.promises, name="promises"),
    path(f"{_PLAN}/promises/<int:promise_id>/confirm/", promises.confirm, name="promise_confirm"),
    path(f"{_PLAN}/promises/<int:promise_id>/object/", promises.object_to, name="promise_object"),
    path("informed/", work.informed, name="informed"),
]
