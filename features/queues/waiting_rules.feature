Feature: Waiting session rules
  A team can have a rule for who waits too long: an alert, or a move to another team's queue.

  Background:
    Given the site "waiting"
    And Alex is signed in to the desktop console

  @WSR-01
  Scenario: Before the limit nothing happens
    Given Carla waits in the Network queue
    Then for 110 seconds Alex does not see Carla as overdue
    And Alex's device plays no sound

  @WSR-01
  Scenario: An overdue session is seen and heard on the desktop
    Given Carla waits in the Network queue
    When 121 seconds pass
    Then Alex sees Carla as overdue
    And Alex's device plays the sound "overdue" 1 time
    And Carla waits in the Network queue

  @WSR-01
  Scenario: On a phone it is heard
    Given Blair is signed in to the Android console
    And Carla waits in the Network queue
    When 121 seconds pass
    Then Blair's device plays the sound "overdue" 1 time

  @WSR-01 @SET-01
  Scenario: With sounds off it is only seen
    Given Alex turns sounds off
    And Carla waits in the Network queue
    When 121 seconds pass
    Then Alex sees Carla as overdue
    And Alex's device plays no sound

  @WSR-01
  Scenario: Nobody is alerted for a session that was taken in time
    Given Blair is signed in to the desktop console
    And Carla waits in the Network queue
    When 60 seconds pass
    And Alex accepts Carla's session
    And 5 minutes pass
    Then Alex's device plays no sound
    And Blair's device plays no sound

  @WSR-01
  Scenario: A rule can count the time in all queues
    Given Carla waits in the Billing queue
    And 100 seconds pass
    When Alex transfers Carla's session to the Escalation team
    Then for 15 seconds Alex does not see Carla as overdue
    And within 10 seconds Alex sees Carla as overdue

  @WSR-01
  Scenario: A rule that counts the time in its own queue begins anew there
    Given Carla waits in the Billing queue
    And 100 seconds pass
    When Alex transfers Carla's session to the Network team
    Then for 118 seconds Alex does not see Carla as overdue
    And within 5 seconds Alex sees Carla as overdue

  @WSR-02 @QUE-10
  Scenario: Who waits too long goes to another team's queue
    Given Blair is signed in to the desktop console
    And Carla waits in the Desktop queue
    Then for 58 seconds Blair does not see Carla in any queue
    And within 5 seconds Blair sees Carla in the Field queue
    And Alex does not see Carla in any queue
    And Carla is told to wait at place 1

  @WSR-03
  Scenario: Two rules that point at each other hand a session to and fro until it is taken
    Given Blair is signed in to the desktop console
    And Carla waits in the Desktop queue
    When 61 seconds pass
    Then Blair sees Carla in the Field queue
    When 90 seconds pass
    Then Alex sees Carla in the Desktop queue
    And Blair does not see Carla in any queue
    When 60 seconds pass
    Then Blair sees Carla in the Field queue
    And Alex does not see Carla in any queue

  @WSR-03
  Scenario: However short the limits are, a session stays a while in each queue
    Given Blair is signed in to the desktop console
    And Carla waits in the Ping queue
    Then for 4 seconds Blair does not see Carla in any queue
    And within 3 seconds Blair sees Carla in the Pong queue
    And for 18 seconds Alex does not see Carla in any queue
    And within 4 seconds Alex sees Carla in the Ping queue

  @WSR-04 @WSR-06
  Scenario: Who takes a session ends its bouncing
    Given Blair is signed in to the desktop console
    And Carla waits in the Desktop queue
    When 61 seconds pass
    And Blair accepts Carla's session
    Then Carla is in session with Blair
    And for 10 minutes Alex does not see Carla in any queue
    And Carla is in session with Blair

  @WSR-06 @ACC-05
  Scenario: What a rule has brought is there for Get Next, too
    Given Blair is signed in to the desktop console
    And Carla waits in the Desktop queue
    When 61 seconds pass
    And Blair uses Get Next
    Then Carla is in session with Blair

  @WSR-05
  Scenario: Without a rule one waits on
    Given Blair is signed in to the desktop console
    And Carla waits in the Billing queue
    Then for 1 hour Alex does not see Carla as overdue
    And Alex sees Carla in the Billing queue
    And Blair does not see Carla in any queue
    And Alex's device plays no sound
    And Carla is told to wait at place 1
