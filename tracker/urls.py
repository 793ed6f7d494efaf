"""The addresses of this app's pages."""

from django.urls import path

from tracker.views import (
    about,
    administration,
    board,
    health,
    item,
    items,
    mine,
    plan_rules,
    reminding,
    reporting,
    reviews,
    signing,
)

app_name = "tracker"

urlpatterns = [
    path("", board.home, name="home"),
    path("board/", board.board, name="board"),
    path("mine/", mine.mine, name="mine"),
    path("mine/rows/<int:owed_id>/", mine.mine_row, name="mine_row"),
    path("items/", items.items, name="items"),
    path("items/<int:task_id>/", item.item, name="item"),
    path("items/<int:task_id>/row/", item.item_row, name="item_row"),
    path("items/<int:task_id>/history/", item.item_history, name="item_history"),
    path("items/<int:task_id>/close/", item.item_close, name="item_close"),
    path("items/<int:task_id>/reopen/", item.item_reopen, name="item_reopen"),
    path("items/<int:task_id>/report/", reporting.report, name="report"),
    path("receipts/", signing.receipts, name="receipts"),
    path("receipts/sign/", signing.receipts_sign, name="receipts_sign"),
    path("receipts/<int:receipt_id>/object/", signing.receipt_object, name="receipt_object"),
    path("receipts/<int:receipt_id>/decide/", signing.receipt_decide, name="receipt_decide"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/accept/", reviews.review_accept_many, name="review_accept_many"),
    path("reviews/<int:report_id>/accept/", reviews.review_accept, name="review_accept"),
    path("reviews/<int:report_id>/return/", reviews.review_return, name="review_return"),
    path("reminders/", reminding.reminders, name="reminders"),
    path("reminders/deliveries/<int:delivery_id>/", reminding.delivery, name="delivery"),
    path("reminders/deliveries.csv", reminding.record_file, name="record_file"),
    path("inbox/", reminding.inbox, name="inbox"),
    path("inbox/read/", reminding.inbox_read_all, name="inbox_read_all"),
    path("inbox/<int:delivery_id>/read/", reminding.inbox_read, name="inbox_read"),
    path("plans/<int:plan_id>/rules/", plan_rules.plan_rules, name="plan_rules"),
    path("rules/", about.light_rules, name="light_rules"),
    path("administration/", administration.administration, name="administration"),
    path("feedback/", about.feedback, name="feedback"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
