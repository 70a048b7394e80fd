"""A blog: users and their posts, as JSON over HTTP."""

import configparser
import pathlib

from flask import Flask, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.exc import IntegrityError

here = pathlib.Path(__file__).resolve().parent
settings = configparser.ConfigParser(interpolation=None)
settings.read(here / "migrate.ini", encoding="utf-8")

# One line, `url` in migrate.ini, says where the database is. Relative paths start from this folder.
app = Flask(__name__, instance_path=str(here))
app.config["SQLALCHEMY_DATABASE_URI"] = settings["migrate"]["url"]
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    username = db.Column(db.String(80), unique=True, nullable=False)
    email = db.Column(db.String(120), unique=True, nullable=False)


class Post(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(255))
    content = db.Column(db.Text)
    created_at = db.Column(db.DateTime, server_default=db.func.current_timestamp())


def as_dict(row):
    """A row as JSON can hold it."""
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}


def create(model):
    row = model(**request.get_json())
    db.session.add(row)
    db.session.commit()
    return as_dict(row), 201


def read_all(model):
    return [as_dict(row) for row in db.session.scalars(db.select(model).order_by(model.id))]


def update(model, row_id):
    row = db.get_or_404(model, row_id)
    for name, value in request.get_json().items():
        setattr(row, name, value)
    db.session.commit()
    return as_dict(row)


def delete(model, row_id):
    db.session.delete(db.get_or_404(model, row_id))
    db.session.commit()
    return "", 204


@app.errorhandler(IntegrityError)
def refuse(error):
    db.session.rollback()
    return {"error": str(error.orig)}, 409


@app.post("/users")
def create_user():
    return create(User)


@app.get("/users")
def read_users():
    return read_all(User)


@app.get("/users/<int:user_id>")
def read_user(user_id):
    return as_dict(db.get_or_404(User, user_id))


@app.patch("/users/<int:user_id>")
def update_user(user_id):
    return update(User, user_id)


@app.delete("/users/<int:user_id>")
def delete_user(user_id):
    return delete(User, user_id)


@app.post("/posts")
def create_post():
    return create(Post)


@app.get("/posts")
def read_posts():
    return read_all(Post)


@app.get("/posts/<int:post_id>")
def read_post(post_id):
    return as_dict(db.get_or_404(Post, post_id))


@app.patch("/posts/<int:post_id>")
def update_post(post_id):
    return update(Post, post_id)


@app.delete("/posts/<int:post_id>")
def delete_post(post_id):
    return delete(Post, post_id)
